import { hashOf } from '../contract/index.ts';
import type { SceneMeasurement, Stamp } from '../frame/index.ts';
import { ns } from './arrays.ts';
import { SECONDS } from './layout.ts';
import type { Moment } from './moment.ts';

/** The first clip ends so long after its pictures could have begun, s: the first of them come late. */
const START = 0.2;
/** A clip about an event ends so long after it began, s, and so long after or before any other. */
const SOONEST = 0.3;
const LATEST = 1.6;
const APART = 0.6;
/** Events are looked for so far around the robot, m. */
const AROUND = 4;

/** When clips end: every few seconds, and soon after something began to happen nearby. */
export class Schedule {
  readonly #every: number;
  readonly #recording: string;
  #next: number;
  #due: number[] = [];
  #last = -Infinity;
  #before = new Set<string>();

  /** @param everySeconds s */
  constructor(recording: string, everySeconds: number) {
    this.#every = ns(everySeconds);
    this.#recording = recording;
    this.#next = ns(SECONDS + START);
  }

  /** Takes the next moment. */
  see({ at, scene, robot }: Moment): void {
    if (at >= this.#next) {
      this.#add(at);
      this.#next += this.#every;
    }
    const now = new Set<string>();
    for (const { event, objects } of scene.events) {
      const name = `${event} ${objects.join(' ')}`;
      now.add(name);
      if (this.#before.has(name) || !objects.some((id) => isNear(scene, id, robot))) continue;
      const lot = hashOf(`${this.#recording} ${name} ${at}`) / 2 ** 32;
      const end = at + ns(SOONEST + (LATEST - SOONEST) * lot);
      if (end >= ns(SECONDS + START)) this.#add(end);
    }
    this.#before = now;
  }

  #add(end: number): void {
    const near = (other: number): boolean => Math.abs(other - end) < ns(APART);
    if (this.#due.some(near) || near(this.#last)) return;
    this.#due.push(end);
    this.#due.sort((a, b) => a - b);
  }

  /** Ends of clips that are past, oldest first; each is told once. */
  take(past: Stamp | number): number[] {
    const taken = this.#due.filter((end) => end <= past);
    this.#due = this.#due.slice(taken.length);
    this.#last = taken[taken.length - 1] ?? this.#last;
    return taken;
  }
}

function isNear({ objects }: SceneMeasurement, id: number, { x, y }: Moment['robot']): boolean {
  const at = objects.find((object) => object.id === id)?.position;
  return at !== undefined && Math.hypot(at[0] - x, at[1] - y) <= AROUND;
}
