/**
 * A stage of the pipeline: a synchronous function of its state and the next input. It reads no clock, starts no timer,
 * draws no unseeded random number and awaits nothing; time is the input's own time. Results go to `emit` in order.
 */
export interface Stage<In, Out> {
  step(input: In, emit: (output: Out) => void): void;
}

/** What a stage decided about a frame handed to it. */
export type Verdict =
  | { readonly verdict: 'used' }
  /** Kept for later: the stage will report again. */
  | { readonly verdict: 'held' }
  | { readonly verdict: 'dropped'; readonly reason: string };

declare const ticketBrand: unique symbol;

/**
 * A frame's place in the ledger while its fate is open: a small whole number that is used again afterwards. A stage that
 * keeps frames beyond a step keeps their tickets, and hands them back with its last word.
 */
export type Ticket = number & { readonly [ticketBrand]: true };
