/** Who is served first: a person's question, what is to be watched for, what goes on by itself. */
export const PRIORITIES = ['ask', 'watch', 'describe'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Begins something; it calls `done` once, when the next one may begin. */
export type Begin = (done: () => void) => void;

/** Lets one thing happen at a time. Of each priority one more may wait; what comes beyond it is turned away. */
export class Turns {
  readonly #waiting = new Map<Priority, Begin>();
  #isBusy = false;

  /** @returns false: one of this priority waits already */
  offer(priority: Priority, begin: Begin): boolean {
    if (this.#waiting.has(priority)) return false;
    this.#waiting.set(priority, begin);
    this.#next();
    return true;
  }

  #next(): void {
    if (this.#isBusy) return;
    const priority = PRIORITIES.find((one) => this.#waiting.has(one));
    const begin = priority === undefined ? undefined : this.#waiting.get(priority);
    if (priority === undefined || begin === undefined) return;
    this.#waiting.delete(priority);
    this.#isBusy = true;
    begin(() => {
      this.#isBusy = false;
      this.#next();
    });
  }
}
