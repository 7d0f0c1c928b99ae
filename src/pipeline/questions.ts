import type { EffectOutcome, EffectRequest } from '../contract/index.ts';
import { NS_PER_MS, type Stamp } from '../frame/index.ts';

/** Takes what came of a question; `no answer` where nothing did in time. */
export type Told = (outcome: EffectOutcome, now: Stamp) => void;

/** Questions that are open, and who waits for their answers. How many there may be is up to those who ask. */
export class Questions {
  readonly #request: (request: EffectRequest) => void;
  readonly #open = new Map<string, { readonly until: Stamp; readonly told: Told }>();

  constructor(request: (request: EffectRequest) => void) {
    this.#request = request;
  }

  ask(request: EffectRequest, deadlineMs: number, told: Told): void {
    const until = (request.at + deadlineMs * NS_PER_MS) as Stamp;
    this.#open.set(request.id, { until, told });
    this.#request(request);
  }

  /** @returns whether somebody waited for it */
  answer(id: string, outcome: EffectOutcome, now: Stamp): boolean {
    const open = this.#open.get(id);
    if (open === undefined) return false;
    this.#open.delete(id);
    open.told(outcome, now);
    return true;
  }

  /** Time has passed: questions that have been open for too long are given up. */
  tick(now: Stamp): void {
    for (const [id, { until }] of this.#open) {
      if (now > until) this.answer(id, { status: 'failed', reason: 'no answer' }, now);
    }
  }
}
