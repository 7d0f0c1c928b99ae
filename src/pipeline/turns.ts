import type { Stamp } from '../frame/index.ts';

/** Who is served first: a person's question, what is to be watched for, what goes on by itself. */
export const PRIORITIES = ['ask', 'watch', 'describe'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Begins something; it calls `done` once, when the next one may begin. */
export type Begin = (done: () => void) => void;

/** Tells what became of something that was asked for. */
export type ReplyWith<Full> = (status: 'done' | 'refused', what: string, full?: Full) => void;

/** What is wrong with a command: the words of its refusal. */
export class Wrong extends Error {}

/**
 * Lets one thing happen at a time. Of each priority one more may wait; what comes beyond it is turned away. What nobody waits for takes
 * a share of the time at the most: after it has taken so long, others like it wait until the share is kept.
 */
export class Turns {
  readonly #share: number;
  readonly #waiting = new Map<Priority, Begin>();
  #isBusy = false;
  #now = 0;
  /** Until then only a person's question begins. */
  #rests = 0;

  /** @param share of the time that what is no person's question may take, above 0, at most 1 */
  constructor(share: number) {
    this.#share = share;
  }

  /** @returns false: one of this priority waits already */
  offer(priority: Priority, begin: Begin): boolean {
    if (this.#waiting.has(priority)) return false;
    this.#waiting.set(priority, begin);
    this.#next();
    return true;
  }

  /** Checks a command at once, and carries it out when it is its turn. @param check throws {@link Wrong} */
  take<Full>(
    priority: Priority,
    reply: ReplyWith<Full>,
    check: () => (done: ReplyWith<Full>) => void,
    /** It will not be carried out. */
    turnedAway: () => void = () => undefined,
  ): void {
    let begin: (done: ReplyWith<Full>) => void;
    try {
      begin = check();
    } catch (error) {
      if (error instanceof Wrong) return reply('refused', error.message);
      throw error;
    }
    const isTaken = this.offer(priority, (next) =>
      begin((...its) => {
        reply(...its);
        next();
      }),
    );
    if (isTaken) return;
    turnedAway();
    reply('refused', 'busy: another one waits already');
  }

  /** Time has passed. */
  tick(now: Stamp): void {
    this.#now = now;
    this.#next();
  }

  #next(): void {
    if (this.#isBusy) return;
    const rests = this.#now < this.#rests;
    const priority = PRIORITIES.find((one) => this.#waiting.has(one) && (one === 'ask' || !rests));
    const begin = priority === undefined ? undefined : this.#waiting.get(priority);
    if (priority === undefined || begin === undefined) return;
    this.#waiting.delete(priority);
    this.#isBusy = true;
    const began = this.#now;
    begin(() => {
      this.#isBusy = false;
      if (priority !== 'ask') this.#rests = this.#now + (this.#now - began) * (1 / this.#share - 1);
      this.#next();
    });
  }
}
