import { createRandom } from './random.ts';
import { personAt, type Point, type World } from './world.ts';

/** True motion of the base in the plane at one time. */
export interface Motion {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  /** Forward speed, m/s, and its rate of change, m/s². */
  readonly speed: number;
  readonly acceleration: number;
  /** Turn rate, rad/s, and its rate of change, rad/s². */
  readonly turn: number;
  readonly turnAcceleration: number;
}

/** The robot drives on forever; its motion is computed forward as it is asked for. */
export interface Robot {
  /** @param seconds not more than {@link HISTORY} before the latest time asked for */
  readonly at: (seconds: number) => Motion;
}

/** Step of the integration, s, and how far back it may be asked for, s. */
const STEP = 0.001;
const HISTORY = 4;

const FASTEST = 0.6;
const FASTEST_TURN = 0.9;
const ACCELERATION = 0.5;
const TURN_ACCELERATION = 2;
const FIRST_REST = 3;
const FIELDS = 7;
/** It brakes for who is this near ahead of it and no farther aside, m; it looks every so many steps. */
const STOP_AHEAD = 1;
const STOP_ASIDE = 0.5;
const LOOK = 20;

/**
 * A differential drive that wanders from room to room through the doors, resting now and then.
 * @param yields whether it stops for people in its way, who do not stop for it
 */
export function createRobot(world: World, seed: number, yields = false): Robot {
  const random = createRandom(seed, 'robot');
  const slots = Math.round(HISTORY / STEP);
  const ring = new Float64Array(slots * FIELDS);
  let room = Math.floor(random.uniform() * world.rooms.length);
  let [x, y] = world.rooms[room];
  let yaw = 2 * Math.PI * random.uniform() - Math.PI;
  let speed = 0;
  let turn = 0;
  let resting = FIRST_REST;
  let ways: Point[] = [];
  let step = -1;
  let blocked = false;

  function choose(): void {
    const doors = world.doors.filter(({ a, b }) => a === room || b === room);
    const door = doors[Math.floor(random.uniform() * doors.length)];
    room = door.a === room ? door.b : door.a;
    ways = [door.at, world.rooms[room]];
    if (random.uniform() < 0.2) resting = 1 + 4 * random.uniform();
  }

  function advance(): void {
    step += 1;
    if (yields && step % LOOK === 0) blocked = isBlocked(step * STEP);
    const aim = wish();
    const acceleration = limited((aim.speed - speed) / STEP, ACCELERATION);
    const turnAcceleration = limited((aim.turn - turn) / STEP, TURN_ACCELERATION);
    ring.set([x, y, yaw, speed, acceleration, turn, turnAcceleration], (step % slots) * FIELDS);
    const middle = yaw + 0.5 * turn * STEP + 0.125 * turnAcceleration * STEP * STEP;
    const mean = speed + 0.5 * acceleration * STEP;
    x += mean * STEP * Math.cos(middle);
    y += mean * STEP * Math.sin(middle);
    yaw += (turn + 0.5 * turnAcceleration * STEP) * STEP;
    speed += acceleration * STEP;
    turn += turnAcceleration * STEP;
  }

  function isBlocked(seconds: number): boolean {
    const c = Math.cos(yaw);
    const s = Math.sin(yaw);
    return world.people.some((person) => {
      const [px, py] = personAt(person, seconds);
      const ahead = c * (px - x) + s * (py - y);
      return ahead > 0 && ahead < STOP_AHEAD && Math.abs(c * (py - y) - s * (px - x)) < STOP_ASIDE;
    });
  }

  /** Speed and turn rate that lead to the next way point: turn towards it first, then go. */
  function wish(): { speed: number; turn: number } {
    if (resting > 0) {
      resting -= STEP;
      return { speed: 0, turn: 0 };
    }
    if (ways.length === 0) choose();
    const [tx, ty] = ways[0];
    const distance = Math.hypot(tx - x, ty - y);
    if (distance < 0.1) {
      ways.shift();
      return { speed: 0, turn: 0 };
    }
    const bearing = Math.atan2(ty - y, tx - x) - yaw;
    const error = Math.atan2(Math.sin(bearing), Math.cos(bearing));
    const brake = Math.sqrt(2 * ACCELERATION * Math.max(0, distance - 0.05));
    const forward = blocked || Math.abs(error) > 0.25 ? 0 : Math.min(FASTEST, 0.8 * brake + 0.02);
    const stop = Math.sqrt(TURN_ACCELERATION * Math.abs(error));
    return { speed: forward, turn: Math.sign(error) * Math.min(FASTEST_TURN, stop, 3 * Math.abs(error)) };
  }

  return {
    at(seconds) {
      const index = Math.floor(seconds / STEP + 1e-9);
      while (step < index) advance();
      const o = (index % slots) * FIELDS;
      const dt = seconds - index * STEP;
      const v = ring[o + 3];
      const w = ring[o + 5];
      const middle = ring[o + 2] + 0.5 * w * dt;
      return {
        x: ring[o] + v * dt * Math.cos(middle),
        y: ring[o + 1] + v * dt * Math.sin(middle),
        yaw: ring[o + 2] + w * dt,
        speed: v + ring[o + 4] * dt,
        acceleration: ring[o + 4],
        turn: w + ring[o + 6] * dt,
        turnAcceleration: ring[o + 6],
      };
    },
  };
}

function limited(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
