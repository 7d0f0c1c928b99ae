import type { Motion } from '../robot.ts';
import { DOOR, type World } from '../world.ts';
import { between, createWindows } from './chance.ts';

/** Height of a doorway, m. */
export const DOORWAY = 2.05;

/** Sliding doors that open to the robot, and now and then to someone unseen. */
export interface Doors {
  readonly count: number;
  /**
   * How far a door is open, 0..1.
   * @param robot where the robot is at that time
   */
  readonly openAt: (door: number, seconds: number, robot: Motion) => number;
  /**
   * The leaf of a door, which slides along its wall.
   * @param out x1, y1, x2, y2, m; a leaf of no length when the door is open
   */
  readonly leafAt: (door: number, seconds: number, robot: Motion, out: Float64Array, at: number) => void;
  /** Whether a door moves. */
  readonly movesAt: (door: number, seconds: number, robot: Motion) => boolean;
}

/** Distances of the robot at which a door is open, and at which it is closed, m. */
const OPEN_AT = 1.3;
const CLOSED_AT = 2.2;
/** Others open a door at most once in so many seconds; how long it takes to open, s. */
const STRETCH = 24;
const TAKES = 1.2;

/**
 * The doors of a world.
 * @param moving false: they stand open for good
 */
export function createDoors(world: World, seed: number, moving: boolean): Doors {
  const others = world.doors.map((_, door) =>
    createWindows(seed, `door ${door}`, (random, stretch) => {
      const from = stretch * STRETCH + between(random, 0, 12);
      return { opens: random.uniform() < 0.5, from, to: from + between(random, 3, 9) };
    }),
  );
  // A door stands in a wall along y when the rooms lie beside one another.
  const alongY = world.doors.map(({ at }) => world.xs.includes(at[0]));

  function openAt(door: number, seconds: number, { x, y }: Motion): number {
    if (!moving) return 1;
    const [dx, dy] = world.doors[door].at;
    const near = (CLOSED_AT - Math.hypot(x - dx, y - dy)) / (CLOSED_AT - OPEN_AT);
    const { opens, from, to } = others[door](Math.floor(seconds / STRETCH));
    const byOthers = opens ? Math.min((seconds - from) / TAKES, (to - seconds) / TAKES) : 0;
    return Math.max(0, Math.min(1, Math.max(near, byOthers)));
  }

  return {
    count: world.doors.length,
    openAt,
    leafAt(door, seconds, robot, out, at) {
      const [x, y] = world.doors[door].at;
      const length = DOOR * (1 - openAt(door, seconds, robot));
      const along = alongY[door];
      out[at] = along ? x : x - DOOR / 2;
      out[at + 1] = along ? y - DOOR / 2 : y;
      out[at + 2] = along ? x : x - DOOR / 2 + length;
      out[at + 3] = along ? y - DOOR / 2 + length : y;
    },
    movesAt(door, seconds, robot) {
      const open = openAt(door, seconds, robot);
      if (open === 0 || open === 1) return false;
      const back = 0.05 * robot.speed;
      const before = { ...robot, x: robot.x - back * Math.cos(robot.yaw), y: robot.y - back * Math.sin(robot.yaw) };
      return Math.abs(open - openAt(door, seconds - 0.05, before)) > 1e-3;
    },
  };
}
