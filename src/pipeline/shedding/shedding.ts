import type { Pressure } from '../../contract/index.ts';
import { NS_PER_SECOND, type Stamp, type StreamDescriptor } from '../../frame/index.ts';
import { mayBeShed, type SheddingConfig } from './config.ts';

/** What is under too much pressure. */
export type Pressed = 'busy' | 'recording' | 'memory';

/** What is given up since now, and why that has changed. */
export interface SheddingState {
  /** Entries of the order that are given up: the first so many. */
  readonly shed: readonly string[];
  /** What presses; `undefined` when something is taken up again. */
  readonly why?: Pressed;
}

/** Pressures are calm below this share of what is too much: between the two, nothing changes. */
const CALM_SHARE = 0.8;

/**
 * Decides what is given up: one more of the order when the pressure has been too much for a while, one less when it has
 * been well below for a while. It goes by pressures alone, which are inputs.
 */
export class Shedding {
  readonly #config: SheddingConfig;
  /** How many of the order are given up. */
  #level = 0;
  /** Since when it is too much, or calm. */
  #pressedSince: Stamp | undefined;
  #calmSince: Stamp | undefined;

  constructor(config: SheddingConfig) {
    this.#config = config;
  }

  /** @returns what is given up from now on, where that has changed */
  press(pressure: Pressure, now: Stamp): SheddingState | undefined {
    const { order, afterSeconds, calmSeconds } = this.#config;
    const why = this.#tooMuch(pressure, 1);
    if (why !== undefined) {
      this.#calmSince = undefined;
      this.#pressedSince ??= now;
      if (this.#level === order.length || now - this.#pressedSince < afterSeconds * NS_PER_SECOND) return undefined;
      this.#level += 1;
      this.#pressedSince = now;
      return { shed: this.shed(), why };
    }
    this.#pressedSince = undefined;
    if (this.#tooMuch(pressure, CALM_SHARE) !== undefined) this.#calmSince = undefined;
    else this.#calmSince ??= now;
    if (this.#level === 0 || this.#calmSince === undefined) return undefined;
    if (now - this.#calmSince < calmSeconds * NS_PER_SECOND) return undefined;
    this.#level -= 1;
    this.#calmSince = now;
    return { shed: this.shed() };
  }

  shed(): readonly string[] {
    return this.#config.order.slice(0, this.#level);
  }

  #tooMuch(pressure: Pressure, share: number): Pressed | undefined {
    for (const what of ['busy', 'recording', 'memory'] as const) {
      if (pressure[what] > share * this.#config[what]) return what;
    }
    return undefined;
  }
}

/** Whether a stream is among what is given up. */
export function isShed(shed: readonly string[], { id, kind, role }: StreamDescriptor): boolean {
  return role === 'sensor' && mayBeShed(kind) === true && (shed.includes(id) || shed.includes(kind));
}

/** Whether nothing is asked of models. */
export function modelsShed(shed: readonly string[]): boolean {
  return shed.includes('models');
}
