import { blockOf, similarityOf, type Place } from '../../contract/index.ts';
import type { InputNumber, Stamp, StreamId } from '../../frame/index.ts';
import type { Embedded } from '../../perception/index.ts';

/** What is watched for. */
export interface Watch {
  readonly name: string;
  readonly words: string;
  readonly encoder: string;
  readonly embedding: Float32Array;
  /** Similarity from which on it is told. */
  readonly threshold: number;
}

/** Something that is watched for has come into view. */
export interface Sighting {
  readonly name: string;
  readonly words: string;
  readonly similarity: number;
  readonly threshold: number;
  readonly stream: StreamId;
  readonly stamp: Stamp;
  readonly input: InputNumber;
  readonly age: number;
  readonly place: Place | undefined;
}

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

  /** @param placeOf where what words name is, in this picture */
  see(
    { encoder, embedding, stream, stamp, input, age }: Embedded,
    placeOf: (words: Float32Array) => Place | undefined,
  ): void {
    const block = blockOf(this.#unixOf(stamp));
    for (const watch of this.#watches.values()) {
      const { name, words, threshold } = watch;
      if (watch.encoder !== encoder || watch.embedding.length !== embedding.length) continue;
      if (this.#told.get(name) === block) continue;
      const similarity = similarityOf(watch.embedding, embedding);
      if (similarity < threshold) continue;
      this.#told.set(name, block);
      const place = placeOf(watch.embedding);
      this.#sighted({ name, words, similarity, threshold, stream, stamp, input, age, place });
    }
  }
}
