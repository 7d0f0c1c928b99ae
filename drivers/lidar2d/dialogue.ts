import type { Stamp } from '../../src/frame/index.ts';

type Write = (bytes: Uint8Array) => void;

/** Something that a device is asked. */
export interface Question {
  readonly ask: () => Uint8Array;
  /** How often it is asked before it is done without an answer. The last question is never done without. */
  readonly tries: number;
}

/** Answers come within milliseconds; one that was lost is asked for again after this, ns. */
const PATIENCE_NS = 0.25e9;

/** Asks a device one question after the other, until the last is answered. Its time is that of the ticks. */
export class Dialogue {
  readonly #questions: readonly Question[];
  readonly #greet: () => readonly Uint8Array[];
  #write: Write | undefined;
  #now = 0;
  /** The question at hand, how often it was asked, and when. */
  #asked = 0;
  #tries = 0;
  #askedAt = 0;
  /** Nothing is asked before this. */
  #quietUntil = 0;

  /** @param greet what it is told before the first question, each time anew */
  constructor(questions: readonly Question[], greet: () => readonly Uint8Array[]) {
    this.#questions = questions;
    this.#greet = greet;
  }

  opened(write: Write): void {
    this.#write = write;
    this.restart();
  }

  tell(bytes: Uint8Array): void {
    this.#write?.(bytes);
  }

  /** From the greeting on. @param seconds before the first question */
  restart(seconds = 0): void {
    [this.#asked, this.#tries, this.#quietUntil] = [0, 0, this.#now + seconds * 1e9];
    if (seconds === 0) for (const bytes of this.#greet()) this.tell(bytes);
  }

  /**
   * That question is answered: on to the next, if it was the one at hand. What a device still says from before it was greeted
   * is no answer to what it has not been asked yet.
   */
  answered(question: Question): void {
    if (this.#questions[this.#asked] !== question || this.#now < this.#quietUntil) return;
    [this.#asked, this.#tries] = [this.#asked + 1, 0];
    if (this.#asked < this.#questions.length) this.#ask();
  }

  tick(now: Stamp): void {
    this.#now = now;
    const last = this.#questions.length - 1;
    if (this.#asked > last || now < this.#quietUntil) return;
    if (this.#tries > 0 && now - this.#askedAt < PATIENCE_NS) return;
    if (this.#tries >= this.#questions[this.#asked].tries) {
      if (this.#asked === last) return this.restart();
      [this.#asked, this.#tries] = [this.#asked + 1, 0];
    }
    this.#ask();
  }

  #ask(): void {
    this.tell(this.#questions[this.#asked].ask());
    this.#tries += 1;
    this.#askedAt = this.#now;
  }
}
