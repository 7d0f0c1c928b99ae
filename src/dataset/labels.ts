import type { Stamp } from '../frame/index.ts';

/** A class holds from one moment to another, or at one moment. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/**
 * How a window gets its class from what holds in it. `first`: of what holds at some moment of it, the first of the classes; what is
 * short counts as much as what is long. `most`: what holds in most of it, and in half of it at least.
 */
export type LabelRule = 'first' | 'most';

/** What is known of a recording: which classes hold when. */
export class Labels {
  readonly #rule: LabelRule;
  readonly #classes: readonly string[] | undefined;
  readonly #rest: string | undefined;
  #spans: Span[] = [];
  /** Moments and stretches of which it is known what holds; `undefined`: all of it is. */
  #known: { readonly from: number; readonly to: number }[] | undefined;

  /**
   * @param classes others are passed over; `undefined`: all count
   * @param rest class of what has none; `undefined`: it is left out
   * @param isWhole false: only what is told to be known is
   */
  constructor(rule: LabelRule, classes: readonly string[] | undefined, rest: string | undefined, isWhole: boolean) {
    this.#rule = rule;
    this.#classes = classes;
    this.#rest = rest;
    this.#known = isWhole ? undefined : [];
  }

  add(span: Span): void {
    if (this.#classes === undefined || this.#classes.includes(span.label)) this.#spans.push(span);
  }

  /** What holds without an end does so until now. */
  until(now: number): void {
    this.#spans = this.#spans.map((span) => (span.to === Infinity ? { ...span, to: now } : span));
  }

  /** It is known what holds then. */
  know(from: number, to: number): void {
    this.#known?.push({ from, to });
  }

  /** @returns the class of a window, `undefined` where it has none */
  of(start: Stamp, end: Stamp): string | undefined {
    const within = (one: { readonly from: number; readonly to: number }): boolean => one.from < end && one.to >= start;
    if (this.#known?.some(within) === false) return undefined;
    const held = new Map<string, number>();
    for (const span of this.#spans) {
      if (!within(span)) continue;
      const long = Math.min(span.to, end) - Math.max(span.from, start);
      held.set(span.label, (held.get(span.label) ?? 0) + long);
    }
    const label = this.#rule === 'first' ? this.#first(held) : mostOf(held, (end - start) / 2);
    return label ?? this.#rest;
  }

  /** Nobody will ask about what was before. */
  forget(before: number): void {
    this.#spans = this.#spans.filter(({ to }) => to >= before);
    this.#known = this.#known?.filter(({ to }) => to >= before);
  }

  #first(held: ReadonlyMap<string, number>): string | undefined {
    return (this.#classes ?? [...held.keys()].sort()).find((label) => held.has(label));
  }
}

function mostOf(held: ReadonlyMap<string, number>, least: number): string | undefined {
  let found: string | undefined;
  let most = -1;
  for (const [label, long] of held) {
    if (long < least || long <= most) continue;
    found = label;
    most = long;
  }
  return found;
}
