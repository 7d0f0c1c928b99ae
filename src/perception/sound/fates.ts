import type { InputNumber } from '../../frame/index.ts';

/**
 * What became of blocks of which pieces are judged one after the other, in the order of time. A block's fate is the best of those of its
 * pieces; one of which no piece was ever judged got lost at a hole.
 */
export class BlockFates<Fate extends string> {
  /** The best last. */
  readonly #fates: readonly Fate[];
  readonly #open = new Map<InputNumber, number>();
  readonly #counts: number[];
  #lost = 0;
  #came = 0;

  constructor(fates: readonly Fate[]) {
    this.#fates = fates;
    this.#counts = fates.map(() => 0);
  }

  /** A block has come. */
  came(input: InputNumber): void {
    this.#came += 1;
    this.#open.set(input, -1);
  }

  /** A piece is judged. @param inputs blocks that it is made of, the oldest first */
  judge(inputs: readonly InputNumber[], fate: Fate): void {
    const rank = this.#fates.indexOf(fate);
    for (const input of inputs) this.#open.set(input, Math.max(rank, this.#open.get(input) ?? rank));
    // No later piece has samples of what came before this one.
    for (const [input, best] of this.#open) {
      if (input >= inputs[0]) return;
      this.#open.delete(input);
      if (best < 0) this.#lost += 1;
      else this.#counts[best] += 1;
    }
  }

  /** Blocks that have come, those of each fate, those that got lost at a hole, and those that may still have pieces to come. */
  counts(): {
    readonly came: number;
    readonly lost: number;
    readonly open: number;
    readonly of: (fate: Fate) => number;
  } {
    return {
      came: this.#came,
      lost: this.#lost,
      open: this.#open.size,
      of: (fate) => this.#counts[this.#fates.indexOf(fate)],
    };
  }
}
