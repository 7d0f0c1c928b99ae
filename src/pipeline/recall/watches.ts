import { blockOf, likenessOf, likestThing, type Place, type Sought } from '../../contract/index.ts';
import type { InputNumber, Stamp } from '../../frame/index.ts';
import type { Embedded } from '../../perception/index.ts';
import type { SightingReport } from '../../publish/index.ts';
import type { PlacedThing } from './lessons.ts';

/** What is watched for. */
export interface Watch {
  readonly name: string;
  readonly words: string;
  readonly encoder: string;
  readonly sought: Sought;
  /** It was taught under its words. */
  readonly isTaught: boolean;
  /** Similarity from which on it is told. */
  readonly threshold: number;
}

/** Something that is watched for has come into view. */
export interface Sighting extends Omit<SightingReport, 'origin'> {
  readonly input: InputNumber;
  readonly age: number;
}

/** A picture that may show it, and where what it shows is. */
type View = Omit<Embedded, 'things'> & {
  readonly things: readonly PlacedThing[] | undefined;
  readonly place?: Place;
};

/** Watches at a time. */
const MOST = 16;

/** What is watched for, and when it was told of last. */
export class Watches {
  readonly #unixOf: (stamp: Stamp) => number;
  readonly #sighted: (sighting: Sighting) => void;
  readonly #watches = new Map<string, Watch>();
  readonly #told = new Map<string, number>();

  /** @param unixOf Unix time, µs: blocks are those of the clock on the wall */
  constructor(unixOf: (stamp: Stamp) => number, sighted: (sighting: Sighting) => void) {
    this.#unixOf = unixOf;
    this.#sighted = sighted;
  }

  hasRoomFor(name: string): boolean {
    return this.#watches.has(name) || this.#watches.size < MOST;
  }

  begin(watch: Watch): void {
    if (!this.hasRoomFor(watch.name)) return;
    this.#watches.set(watch.name, watch);
    this.#told.delete(watch.name);
  }

  /** @returns whether there was one */
  end(name: string): boolean {
    this.#told.delete(name);
    return this.#watches.delete(name);
  }

  names(): string[] {
    return [...this.#watches.keys()];
  }

  /** Ends the watches for what was taught and is forgotten. */
  forget(isTaught: (words: string) => boolean): void {
    for (const { name, words, isTaught: wasTaught } of this.#watches.values()) {
      if (wasTaught && !isTaught(words)) this.end(name);
    }
  }

  /**
   * What was taught under a name has more examples: watches for it go by them, from the threshold that they have.
   * @returns watches for the name that go by its words
   */
  follow({ sought, encoder }: Pick<Watch, 'sought' | 'encoder'>, isIt: (words: string) => boolean): readonly string[] {
    const its = [...this.#watches.values()].filter((watch) => watch.encoder === encoder && isIt(watch.words));
    for (const watch of its) if (watch.isTaught) this.#watches.set(watch.name, { ...watch, sought });
    return its.filter((watch) => !watch.isTaught).map(({ name }) => name);
  }

  see(view: View): void {
    const { encoder, stream, stamp, input, age } = view;
    const block = blockOf(this.#unixOf(stamp));
    for (const { name, words, threshold, sought, ...watch } of this.#watches.values()) {
      if (watch.encoder !== encoder || this.#told.get(name) === block) continue;
      const similarity = likenessOf(sought, view);
      if (similarity < threshold) continue;
      this.#told.set(name, block);
      const thing = view.things && likestThing(sought, view.things)?.thing;
      const where = thing === undefined ? { place: view.place } : { place: thing.place, box: thing.box };
      this.#sighted({ name, words, similarity, threshold, stream, stamp, input, age, ...where });
    }
  }
}
