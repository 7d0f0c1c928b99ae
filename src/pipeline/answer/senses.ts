import type { Picture, SoundClip } from '../../contract/index.ts';
import { NS_PER_SECOND, secondsBetween, type Frame, type Stamp, type StreamId } from '../../frame/index.ts';
import type { AnswersConfig } from '../../perception/index.ts';
import type { SenseNow } from '../../publish/index.ts';
import type { StreamHealth } from '../monitor.ts';
import { LastSecond } from './last-second.ts';
import { LastSeconds } from './last-seconds.ts';
import { Muffling } from './muffled.ts';

/** What the senses give at the time of a question. What is not well is not shown. */
export interface Look {
  readonly senses: readonly SenseNow[];
  readonly picture?: Frame;
  /** Pictures before it, and what was felt meanwhile (or, without a picture, until now), where a model is shown seconds. */
  readonly before?: readonly Picture[];
  readonly felt?: Float32Array;
  readonly clip?: SoundClip;
  /** Lets the picture go. To be called once. */
  readonly release: () => void;
}

/** A stream that fell silent is gone once its newest frame is older, s: one frame that is late takes no sense away. */
const GONE_SECONDS = 1;

/** What of a robot a model is shown, and how much of it. */
export type SensesConfig = Pick<AnswersConfig, 'camera' | 'microphones' | 'imu'> &
  Partial<Pick<AnswersConfig, 'seconds'>>;

/**
 * The senses that questions are about: the latest picture and the last second of sound, or the last seconds of both with what was felt; and how their
 * streams fare.
 */
export class Senses {
  readonly #camera: StreamId | undefined;
  readonly #microphones: StreamId | undefined;
  readonly #imu: StreamId | undefined;
  readonly #health: (stream: StreamId, now: Stamp) => StreamHealth;
  readonly #sound: LastSecond;
  readonly #seconds: LastSeconds | undefined;
  readonly #muffling = new Muffling();
  #picture: Frame | undefined;

  constructor(
    { camera, microphones, imu, seconds = 0 }: SensesConfig,
    health: (stream: StreamId, now: Stamp) => StreamHealth,
  ) {
    this.#camera = camera;
    this.#microphones = microphones;
    this.#imu = imu;
    this.#health = health;
    this.#sound = new LastSecond(Math.max(1, seconds));
    this.#seconds = seconds > 0 ? new LastSeconds(seconds) : undefined;
  }

  take(frame: Frame): void {
    const { stream, measurement } = frame;
    if (stream === this.#microphones && measurement.kind === 'audio') {
      this.#sound.add(frame, measurement);
      this.#muffling.hear(measurement);
    }
    if (stream === this.#imu && measurement.kind === 'imu') this.#seconds?.feel(frame, measurement);
    if (stream !== this.#camera || measurement.kind !== 'image') return;
    this.#seconds?.see(frame, measurement);
    frame.lease?.retain();
    this.#picture?.lease?.release();
    this.#picture = frame;
  }

  /** Which of them there are to be that can be described. */
  configured(): readonly ('sight' | 'hearing')[] {
    return [
      ...(this.#camera === undefined ? [] : (['sight'] as const)),
      ...(this.#microphones === undefined ? [] : (['hearing'] as const)),
    ];
  }

  look(now: Stamp): Look {
    const sight = this.#camera === undefined ? undefined : this.#see(this.#camera, now);
    const hearing = this.#microphones === undefined ? undefined : this.#hear(this.#microphones, now);
    const picture = sight?.state === 'well' ? this.#picture : undefined;
    const lease = picture?.lease;
    lease?.retain();
    const feeling = this.#imu === undefined ? undefined : this.#feel(this.#imu, now);
    const before = picture && this.#seconds?.before(picture.stamp);
    const felt = feeling?.state === 'well' ? this.#seconds?.felt(picture?.stamp ?? now) : undefined;
    return {
      senses: [sight, hearing?.now, feeling].filter((its) => its !== undefined),
      ...(picture === undefined ? {} : { picture }),
      ...(before && { before }),
      ...(felt && { felt }),
      ...(hearing?.clip === undefined ? {} : { clip: hearing.clip }),
      release: () => lease?.release(),
    };
  }

  #see(stream: StreamId, now: Stamp): SenseNow {
    const its = this.#picture;
    const when = its === undefined ? {} : { stamp: its.stamp, age: secondsBetween(its.stamp, now), input: its.input };
    return { sense: 'sight', stream, ...this.#stateOf(stream, its?.received, now), ...when };
  }

  #hear(stream: StreamId, now: Stamp): { readonly now: SenseNow; readonly clip?: SoundClip } {
    const second = this.#sound.take();
    const state = this.#stateOf(stream, second?.end, now);
    const when = second && { stamp: second.end, age: secondsBetween(second.end, now), input: second.input };
    const told = { sense: 'hearing', stream, ...when } as const;
    if (second === undefined || state.state !== 'well') return { now: { ...told, ...state } };
    if (second.clip.data.every((sample) => sample === 0)) {
      return { now: { ...told, state: 'gone', why: 'nothing but zeros' } };
    }
    if (this.#muffling.isMuffled(second.clip)) {
      return { now: { ...told, state: 'muffled', why: 'next to nothing but low tones' } };
    }
    return { now: { ...told, state: 'well' }, clip: second.clip };
  }

  /** Of an IMU that a model is to be shown something of. */
  #feel(stream: StreamId, now: Stamp): SenseNow | undefined {
    if (this.#seconds === undefined) return undefined;
    const its = this.#seconds.newest();
    const when = its && { stamp: its.received, age: secondsBetween(its.received, now), input: its.input };
    return { sense: 'feeling', stream, ...this.#stateOf(stream, its?.received, now), ...when };
  }

  #stateOf(stream: StreamId, last: Stamp | undefined, now: Stamp): Pick<SenseNow, 'state' | 'why'> {
    const { condition, why = condition } = this.#health(stream, now);
    if (condition === 'suspect') return { state: 'frozen', why };
    const isSilent = condition === 'stale' || condition === 'lost' || condition === 'starting';
    if (last === undefined) return { state: 'gone', why: isSilent ? why : 'not enough yet' };
    const isOld = now - last > GONE_SECONDS * NS_PER_SECOND;
    return isOld ? { state: 'gone', why: isSilent ? why : 'nothing new' } : { state: 'well' };
  }
}
