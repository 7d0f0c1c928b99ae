import { NS_PER_SECOND, type Stamp } from '../../frame/index.ts';

/** A source is not silent before so long, s, and one that was heard less often than this before {@link SILENT_OF_FEW}. */
const SILENT_SECONDS = 0.5;
const FEW = 10;
const SILENT_OF_FEW = 3;
/** As long as a source has been heard for less than this, s, it is silent after three of its longest gaps: its rhythm may be longer. */
const LEARNING = 10;
const GAPS_WHILE_LEARNING = 3;
/** Then it is silent after its longest gap and so much of it, or so many times what that is longer than the third longest. */
const SHARE = 0.25;
const SPACINGS = 2;
/** Share by which the longest gaps fade with each that follows. */
const FADING = 1 / 256;
/** Afterwards a hole counts as no more than so many of the longest gap before: one is no rhythm, but many of them are. */
const HOLE = 2;

/**
 * How often a source is heard, and for how long it must be unheard to be silent. What it has shown of late decides: the three
 * longest gaps. One that keeps time has three alike, and is missed a quarter of its interval late; one that comes in bursts has the
 * pauses between them; the further the longest stands out from the third, the longer is the tail of its gaps, and the wait.
 */
export class Rhythm {
  readonly #since: Stamp;
  #last: Stamp;
  #heard = 0;
  /** The longest gaps of late, ns, the longest first. */
  #longest = 0;
  #second = 0;
  #third = 0;

  constructor(first: Stamp) {
    this.#since = first;
    this.#last = first;
  }

  /** When it was last heard. */
  get last(): Stamp {
    return this.#last;
  }

  /** The longest gap of late, s. */
  get longest(): number {
    return this.#longest / NS_PER_SECOND;
  }

  /** It is heard at a time; what comes together counts once. */
  hear(now: Stamp): void {
    if (this.#heard > 0 && now <= this.#last) return;
    if (this.#heard > 0) this.#add(now - this.#last);
    this.#heard += 1;
    this.#last = now;
  }

  /** Whether it should have been heard by now. */
  isSilent(now: Stamp): boolean {
    const spare = this.#isLearning
      ? (GAPS_WHILE_LEARNING - 1) * this.#longest
      : Math.max(SHARE * this.#longest, SPACINGS * (this.#longest - this.#third));
    const least = this.#heard < FEW ? SILENT_OF_FEW : SILENT_SECONDS;
    return now - this.#last > Math.max(least * NS_PER_SECOND, this.#longest + spare);
  }

  get #isLearning(): boolean {
    return this.#heard < FEW || this.#last - this.#since < LEARNING * NS_PER_SECOND;
  }

  #add(gap: number): void {
    const counted = this.#isLearning ? gap : Math.min(gap, HOLE * this.#longest);
    this.#longest *= 1 - FADING;
    this.#second *= 1 - FADING;
    this.#third *= 1 - FADING;
    if (counted > this.#longest) [this.#longest, this.#second, this.#third] = [counted, this.#longest, this.#second];
    else if (counted > this.#second) [this.#second, this.#third] = [counted, this.#second];
    else if (counted > this.#third) this.#third = counted;
  }
}
