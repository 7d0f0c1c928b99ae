import { NS_PER_SECOND, type Stamp } from '../../frame/index.ts';
import { norm, wrapAngle, yawOf } from '../../geometry/index.ts';
import type { PoseConfig } from '../config.ts';
import type { ImuEvent, PoseEvent } from './event.ts';
import { NOMINAL, type State } from './state.ts';
import { Track } from './track.ts';

/** What sources are compared by: how far the robot has turned, how far it has come. */
type Quantity = 'turn' | 'way';

/** Over so long, s: shorter hides errors in the noise of the two ends, longer tells them later. */
const WINDOW = 2;
/** A comparison is made so often, s, and so many in a row with the same result are no chance. */
const EVERY = 0.1;
const PERSISTENT = 10;
/** Who has told nothing for so long has no vote, s. */
const PRESENT = 1;
/** Two differ beyond so many standard deviations. */
const GATE = 5;
/** Times of validity of two sources differ by this (standard deviation), s. */
const LATENESS = 0.05;
/** A course is one above this speed, m/s, and errs by so much besides its noise, rad (drift angle). */
const LEAST_COURSE_SPEED = 2;
const COURSE_ERROR = 0.03;
/** Errors of turning in proportion to it: of a gyroscope's scale, of wheels that slip as they turn. */
const GYRO_SHARE = 0.02;
const WHEEL_SHARE = 0.1;

/** One source's vote on one quantity. */
class Voter {
  readonly track = new Track();
  /** Standard deviation of what it tells over a window: constant, and as a share of it. */
  constant = 0;
  share = 0;
  /** How often in a row it was the odd one, and since when. */
  odd = 0;
  oddSince = 0 as Stamp;
  /** Whether it agreed with the majority against an odd one. */
  acquitted = false;
  /** Within one comparison: what it tells of the whole window, and of its two halves' difference. */
  told = NaN;
  variance = 0;
}

/**
 * The odd one out: of three or more sources that tell the same quantity, the one that disagrees with all others while these
 * agree with each other. The fused state is not asked: it may have been dragged along. Each source tells how far the robot
 * has turned, and how far it has come, over the last two seconds; IMU, wheels, fixes, a receiver's velocity and a localiser
 * are compared two by two, each pair by what both may err by as configured.
 */
export class Vote {
  readonly #config: PoseConfig;
  readonly #voters: Readonly<Record<Quantity, Map<string, Voter>>> = { turn: new Map(), way: new Map() };
  #due = -Infinity;
  /** Whether one is the odd one in the way for long. */
  #hasOdd = false;

  constructor(config: PoseConfig) {
    this.#config = config;
  }

  /** Hears what a source says, whether the filter takes it or not. @param state after it: an IMU turns about its vertical */
  heard(event: PoseEvent, state: State | undefined): void {
    if (event.kind !== 'imu') this.#add(event);
    else if (state !== undefined) this.#addTurn(event, state);
    if (event.stamp < this.#due) return;
    this.#due = event.stamp + EVERY * NS_PER_SECOND;
    this.#compare('turn', event.stamp);
    this.#compare('way', event.stamp);
  }

  /**
   * What of an event counts. Velocities are taken by a wide gate, and drag the state along: where wheels are the odd one, they
   * do not count (`undefined`), or their turn rate does not. Where another is, a source of the majority is right.
   */
  rule(event: PoseEvent): PoseEvent | undefined {
    if (event.kind === 'odometry' && this.#isOdd('way', event.source)) return undefined;
    if (event.kind === 'odometry' && this.#isOdd('turn', event.source)) return { ...event, yawRate: undefined };
    const isRight = this.#hasOdd && this.#voters.way.get(event.source)?.acquitted === true;
    return isRight ? { ...event, isRight } : event;
  }

  /** Since when a source is the odd one; `undefined` where it is not. */
  oddSince(source: string): Stamp | undefined {
    for (const voters of [this.#voters.turn, this.#voters.way]) {
      const one = voters.get(source);
      if (one !== undefined && one.odd >= PERSISTENT) return one.oddSince;
    }
    return undefined;
  }

  /** Whether another one was found to be odd by a majority that a source belongs to. */
  acquits(source: string): boolean {
    return this.#voters.turn.get(source)?.acquitted === true || this.#voters.way.get(source)?.acquitted === true;
  }

  #isOdd(quantity: Quantity, source: string): boolean {
    return (this.#voters[quantity].get(source)?.odd ?? 0) >= PERSISTENT;
  }

  #addTurn({ stamp, source, gyro }: ImuEvent, { nominal: x }: State): void {
    if (gyro === undefined) return;
    const o = NOMINAL.orientation;
    const [w, a, b, c] = [x[o], x[o + 1], x[o + 2], x[o + 3]];
    const rate = 2 * (a * c - w * b) * gyro[0] + 2 * (b * c + w * a) * gyro[1] + (1 - 2 * (a * a + b * b)) * gyro[2];
    this.#of('turn', source, this.#config.noise.initialGyroBias * WINDOW, GYRO_SHARE).rate(stamp, rate);
  }

  #add(event: Exclude<PoseEvent, ImuEvent>): void {
    const { fix } = this.#config;
    const { stamp, source } = event;
    switch (event.kind) {
      case 'odometry': {
        const { velocity, yawRate } = event;
        if (yawRate !== undefined) this.#wheelTurn(source).rate(stamp, yawRate);
        if (velocity[0] !== undefined) {
          const [ahead, left] = [velocity[0], velocity[1] ?? 0];
          const heading = this.#heading();
          const [c, s] = [Math.cos(heading), Math.sin(heading)];
          this.#wheelWay(source).rate(stamp, c * ahead - s * left, s * ahead + c * left);
        }
        return;
      }
      case 'step': {
        const heading = this.#heading();
        const [c, s] = [Math.cos(heading), Math.sin(heading)];
        const [dx, dy] = event.translation;
        this.#wheelWay(source).step(stamp, c * dx - s * dy, s * dx + c * dy);
        this.#wheelTurn(source).step(stamp, yawOf(event.rotation));
        return;
      }
      case 'fix': {
        const deviation = Math.sqrt(event.variance?.[0] ?? fix.noise ** 2);
        const lever = norm(event.lever) * Math.abs(this.#turned(stamp));
        this.#of('way', source, Math.hypot(Math.SQRT2 * deviation, lever), 0).point(
          stamp,
          event.place[0],
          event.place[1],
        );
        return;
      }
      case 'twist': {
        const deviation = Math.sqrt(event.variance);
        const [east, north] = event.velocity;
        const speed = Math.hypot(east, north);
        this.#of('way', source, deviation * WINDOW, 0).rate(stamp, east, north);
        if (speed < LEAST_COURSE_SPEED) return;
        const course = Math.SQRT2 * Math.hypot(deviation / speed, COURSE_ERROR);
        this.#angle('turn', source, course, stamp, Math.atan2(north, east));
        return;
      }
      case 'position':
        if (event.position !== undefined) {
          const deviation = Math.sqrt(2 * Math.max(event.positionVariance[0], event.positionVariance[1]));
          this.#of('way', source, deviation, 0).point(stamp, event.position[0], event.position[1]);
        }
        if (event.orientation !== undefined) {
          const deviation = Math.sqrt(2 * event.orientationVariance[2]);
          this.#angle('turn', source, deviation, stamp, yawOf(event.orientation));
        }
        return;
      case 'range':
        return;
    }
  }

  #wheelTurn(source: string): Track {
    const { noise } = this.#config;
    const way = this.#voters.way.get(source)?.told ?? 0;
    const lasting = noise.wheelTurn * (Number.isNaN(way) ? 0 : way);
    return this.#of('turn', source, Math.hypot(noise.wheelYawRate * WINDOW, lasting), WHEEL_SHARE);
  }

  #wheelWay(source: string): Track {
    const { noise } = this.#config;
    return this.#of('way', source, noise.wheelSpeed * WINDOW, Math.hypot(noise.wheelScale, noise.wheelSpeedShare));
  }

  #of(quantity: Quantity, source: string, constant: number, share: number): Track {
    let voter = this.#voters[quantity].get(source);
    if (voter === undefined) this.#voters[quantity].set(source, (voter = new Voter()));
    voter.constant = constant;
    voter.share = share;
    return voter.track;
  }

  /** A direction, of which the turns are summed up. */
  #angle(quantity: Quantity, source: string, constant: number, stamp: Stamp, angle: number): void {
    const track = this.#of(quantity, source, constant, 0);
    track.point(stamp, track.x + wrapAngle(angle - track.x));
  }

  /** Heading against the start by whoever tells turns best; only differences within a window count. */
  #heading(): number {
    const { turn } = this.#voters;
    return (turn.get('imu') ?? turn.get('odometry'))?.track.x ?? 0;
  }

  #turned(now: Stamp): number {
    const { turn } = this.#voters;
    const track = (turn.get('imu') ?? turn.get('odometry'))?.track;
    const turned = track?.between(track.last - WINDOW * NS_PER_SECOND, Math.min(now, track.last), true) ?? NaN;
    return Number.isNaN(turned) ? 0 : turned;
  }

  #compare(quantity: Quantity, now: Stamp): void {
    let end: number = now;
    const present: Voter[] = [];
    for (const voter of this.#voters[quantity].values()) {
      voter.acquitted = false;
      if (voter.track.last < now - PRESENT * NS_PER_SECOND) {
        voter.odd = 0;
        voter.told = NaN;
        continue;
      }
      present.push(voter);
      end = Math.min(end, voter.track.last);
    }
    const isAngle = quantity === 'turn';
    for (const voter of present) tell(voter, end, isAngle);
    const voting = present.filter(({ told }) => !Number.isNaN(told));
    const odd = voting.length < 3 ? undefined : oddOf(voting);
    if (!isAngle) this.#hasOdd = odd !== undefined && odd.odd + 1 >= PERSISTENT;
    for (const voter of present) {
      if (voter !== odd) {
        voter.odd = 0;
        voter.acquitted = odd !== undefined;
        continue;
      }
      if (voter.odd === 0) voter.oddSince = now;
      voter.odd += 1;
    }
  }
}

/** What a source tells of the window that ends then, and how well. */
function tell(voter: Voter, end: number, isAngle: boolean): void {
  const { track, constant, share } = voter;
  const half = (WINDOW / 2) * NS_PER_SECOND;
  const told = track.between(end - 2 * half, end, isAngle);
  // How much faster it is at the end than at the start: what another time of validity would make of it.
  const faster =
    (4 / WINDOW) * (track.between(end - half, end, isAngle) - track.between(end - 2 * half, end - half, isAngle));
  voter.told = told;
  voter.variance = constant ** 2 + (share * told) ** 2 + (LATENESS * faster) ** 2;
}

/** The only one that differs from all others while these agree. */
function oddOf(voters: readonly Voter[]): Voter | undefined {
  const differ = (a: Voter, b: Voter): boolean => (a.told - b.told) ** 2 > GATE ** 2 * (a.variance + b.variance);
  return voters.find((one) =>
    voters.every((a) => voters.every((b) => a === b || differ(a, b) === (a === one || b === one))),
  );
}
