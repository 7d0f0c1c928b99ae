import type { Extractor, KindOf } from './extractor.ts';

/** Share of {@link TextFeatures}'s `lately` that is left after a step. */
const LEFT = 0.9;

/**
 * Of words: how many came within the step, and how many lately (what was, a tenth less each step). Where nobody says anything,
 * this is known: a step without words is no missing one.
 */
export class TextFeatures implements Extractor<KindOf<'text'>> {
  readonly names = ['words', 'lately'];
  readonly held = 0;
  #words = 0;
  #lately = 0;

  take({ text }: KindOf<'text'>): void {
    for (let i = 0; i < text.length; i += 1) {
      if (!isSpace(text, i) && (i === 0 || isSpace(text, i - 1))) this.#words += 1;
    }
  }

  write(out: Float32Array, at: number): boolean {
    this.#lately = this.#lately * LEFT + this.#words;
    out[at] = this.#words;
    out[at + 1] = this.#lately;
    this.#words = 0;
    return true;
  }

  reset(): void {
    this.#words = 0;
    this.#lately = 0;
  }
}

function isSpace(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 32;
}
