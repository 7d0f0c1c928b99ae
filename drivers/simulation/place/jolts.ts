import type { Motion } from '../robot.ts';
import { DOOR } from '../world.ts';
import { createRandom } from '../random.ts';
import { between, createWindows } from './chance.ts';
import { createContacts } from './contacts.ts';
import type { Place } from './place.ts';

/** Share of doorways with a sill; half its width as a wheel feels it, m; m/s² when crossed at {@link BRISK}. */
const SILLS = 0.7;
const SILL = 0.05;
const SILL_LEAST = 1.5;
const SILL_MOST = 6;
const BRISK = 0.6;
/** A cable or the edge of a carpet at most once in so many seconds while driving; share of stretches with one; m/s². */
const STRETCH = 5;
const CABLES = 0.5;
const CABLE_LEAST = 1;
const CABLE_MOST = 5;
/** Someone who walks into the robot at 1 m/s: m/s². */
const BLOW = 3.5;
/** How long the body rings, s, and how fast, rad/s. */
const RINGING = 0.05;
const PITCH = 2 * Math.PI * 18;

/**
 * What jolts the body at a time (s), beside its motion: sills and cables that it drives over, people it runs into. Times must
 * be asked for one after the other.
 * @param out specific force in the body's axes, m/s²
 */
export type Jolts = (seconds: number, robot: Motion, out: Float64Array) => void;

/** The jolts of a place. Where worlds do not vary there are none. */
export function createJolts(place: Place): Jolts {
  const { seed, world, varied } = place;
  if (!varied) return (_seconds, _robot, out) => void out.fill(0);
  const random = createRandom(seed, 'sills');
  const sills = world.doors.map(() => (random.uniform() < SILLS ? between(random, SILL_LEAST, SILL_MOST) : 0));
  const cables = createWindows(seed, 'cables', (chance, stretch) => ({
    at: (stretch + chance.uniform()) * STRETCH,
    strength: chance.uniform() < CABLES ? between(chance, CABLE_LEAST, CABLE_MOST) : 0,
  }));
  const contacts = createContacts(place);
  const ring = (since: number): number =>
    since < 0 || since > 8 * RINGING ? 0 : Math.exp(-since / RINGING) * Math.sin(PITCH * since);

  function underWheels(seconds: number, { x, y, speed }: Motion): number {
    let up = 0;
    world.doors.forEach(({ at: [dx, dy] }, door) => {
      const alongX = world.xs.includes(dx);
      const across = alongX ? x - dx : y - dy;
      const aside = alongX ? y - dy : x - dx;
      if (Math.abs(across) < SILL && Math.abs(aside) < DOOR / 2)
        up += sills[door] * Math.sin((Math.PI * across) / SILL);
    });
    const stretch = Math.floor(seconds / STRETCH);
    for (const { at, strength } of [cables(stretch), ...(stretch > 0 ? [cables(stretch - 1)] : [])]) {
      up += strength * ring(seconds - at);
    }
    return (up * Math.abs(speed)) / BRISK;
  }

  return (seconds, robot, out) => {
    out[0] = 0;
    out[1] = 0;
    out[2] = underWheels(seconds, robot);
    for (const { since, closing, bearing } of contacts(seconds, robot)) {
      const blow = BLOW * closing * ring(seconds - since);
      out[0] += blow * Math.cos(bearing - robot.yaw);
      out[1] += blow * Math.sin(bearing - robot.yaw);
    }
  };
}
