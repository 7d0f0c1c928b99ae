import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  packEmbedding,
  SensoriumError,
  showValue,
  unpackEmbedding,
  similarityOf,
  type ForgetQuery,
  type Memory,
  type RecallAnswer,
  type Recalled,
  type RecallQuery,
  type RememberedPicture,
  type ThresholdQuery,
} from '../contract/index.ts';
import { Entries, type Lies } from './entries.ts';
import { readEncoder, writeEncoder, type Encoder } from './encoder.ts';
import type { Match } from './best.ts';
import { likenesses } from './likeness.ts';
import { VectorLists } from './lists.ts';
import { lockFolder } from './lock.ts';
import { clearLeftovers, eraseSegment, readRecord, readSegment, rewriteSegment } from './segment.ts';
import { SEGMENT, segmentOf, segmentsIn, SegmentWriter, type Facts, type PictureRecord } from './segment.ts';
import { quantised, roundingOf, SQUARE } from './quantise.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import type { Similarity } from './threshold.ts';

/** How a memory is opened. */
export interface StoreOptions {
  /** Pictures that it may hold; the oldest go, {@link SEGMENT} at a time. */
  readonly most: number;
  /** Name of this session: what it saw has the same `odom`. */
  readonly session: string;
  /** For looking only: nothing is written, and another process may write. */
  readonly isReadOnly?: boolean;
}

/** Pictures that may be added before it is written down again in which list they lie. */
const UNWRITTEN = 32_768;
/** Pictures at least that may be compared with a question in single precision, as they are on the disk. */
const COMPARED = 50;
/** Pictures that the mean similarity is found from. */
const SAMPLE = 1000;
/** Pictures whose things are compared for a threshold: they are on the disk, and others wait meanwhile. */
const LOOKED_THROUGH = 2 * SEGMENT;

/** What is read of a picture that may be an answer. */
type Read = Omit<Recalled, 'thumbnail'> & { readonly thumbnail: Uint8Array };

/**
 * A memory of pictures in a folder: what is added is in the journal before it can be found. After a crash all is there that was
 * written, and what the system has not put on the disk yet is cut off at its end.
 */
export class MemoryStore {
  readonly #folder: string;
  readonly #options: StoreOptions;
  readonly #writer: SegmentWriter;
  readonly #entries: Entries;
  readonly #unlock: () => void;
  #encoder: Encoder | undefined;
  #lists: VectorLists | undefined;
  #next = 0;
  /** The oldest segment that is there. */
  #oldest = 0;
  #unwritten = 0;
  #damaged = 0;
  /** Whether the encoder tells what pictures show, thing by thing. */
  #seesThings = false;

  /**
   * Opens a memory, or makes a new one.
   * @throws SensoriumError E_FILE_EXISTS where another process writes it; E_FILE_FORMAT, E_FILE_MISSING
   */
  constructor(folder: string, options: StoreOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#writer = new SegmentWriter(folder);
    this.#entries = new Entries(options.session);
    if (options.isReadOnly === true) {
      this.#unlock = () => undefined;
      if (!existsSync(join(folder, 'memory.json'))) {
        throw new SensoriumError('E_FILE_MISSING', 'expected the folder of a memory', { path: folder });
      }
    } else {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#unlock = lockFolder(folder);
      clearLeftovers(folder);
    }
    this.#encoder = readEncoder(folder);
    if (this.#encoder !== undefined) this.#read(this.#encoder);
  }

  get count(): number {
    return this.#entries.count;
  }

  /** `undefined` before anything has been added. */
  get encoder(): Encoder | undefined {
    return this.#encoder;
  }

  /** Bytes of journals that are no record: a crash, or a failing disk. */
  get damaged(): number {
    return this.#damaged;
  }

  /** When the oldest and the newest were seen, Unix time, µs; `undefined` where there is none. */
  get range(): { readonly first: number; readonly last: number } | undefined {
    const ids = this.#ids();
    if (ids.length === 0) return undefined;
    const at = (id: number): number => this.#entries.at(this.#slotOf(id));
    return { first: at(ids[0]), last: at(ids[ids.length - 1]) };
  }

  /** Bytes of vectors and their places in memory. */
  get bytes(): number {
    return this.#lists?.bytes ?? 0;
  }

  /**
   * Puts a picture into the memory.
   * @param thumbnail JPEG
   * @returns its number
   * @throws SensoriumError E_CONFIG_CONFLICT for the embedding of another encoder
   */
  add({ embedding, encoder, ...facts }: Memory, thumbnail: Uint8Array): number {
    const vector = this.#vectorOf(embedding, encoder);
    const id = this.#next;
    this.append({ facts: { id, session: this.#options.session, ...facts }, vector, thumbnail });
    if (this.#unwritten >= UNWRITTEN) this.save();
    return id;
  }

  /** Puts a record there as it is; its number is the greatest. The encoder is known. */
  append(record: PictureRecord): void {
    const lies = this.#writer.append(record);
    this.#keep(record.facts, lies, record.vector);
    this.#unwritten += 1;
    if (this.#entries.count > this.#options.most) this.#dropOldest();
  }

  /** @throws SensoriumError E_CONFIG_CONFLICT for the embedding of another encoder */
  recall({ embedding, encoder, count, since, near }: RecallQuery): RecallAnswer {
    if (this.#lists === undefined) return { found: [], count: 0, mean: 0, deviation: 0 };
    const query = this.#vectorOf(embedding, encoder);
    const isWanted = (slot: number): boolean =>
      this.#entries.at(slot) >= (since ?? -Infinity) &&
      (near === undefined || this.#entries.distance(slot, near.frame, near.point) <= near.radius);
    const isAny = since === undefined && near === undefined;
    const most = Math.max(COMPARED, 5 * count);
    const whole = quantised(query);
    const candidates = this.#lists.search(whole, most, isAny ? undefined : isWanted);
    const found = this.#compared(candidates, query, count).map(({ thumbnail, ...its }) =>
      thumbnail.length === 0 ? its : { ...its, thumbnail: base64Of(thumbnail) },
    );
    return { found, count: this.count, ...this.#usual(whole) };
  }

  /**
   * How like what is sought pictures are, by time: all of them; where things are known in them, the newest {@link LOOKED_THROUGH}.
   * @throws SensoriumError E_CONFIG_CONFLICT
   */
  similarities({ embedding, kind, encoder }: Omit<ThresholdQuery, 'perHour'>): Similarity[] {
    const vector = this.#vectorOf(embedding, encoder);
    if (this.#seesThings) return likenesses(this.records(LOOKED_THROUGH), { embedding, ...(kind && { kind }) });
    const all: Similarity[] = [];
    this.#lists?.products(quantised(vector), (slot, product) => {
      all.push({ at: this.#entries.at(slot), similarity: product / SQUARE });
    });
    return all.sort((a, b) => a.at - b.at);
  }

  /**
   * Removes pictures, their thumbnails and vectors, from memory and disk; returns when that is done.
   * @returns how many
   * @throws SensoriumError E_CONFIG_CONFLICT for the embedding of another encoder
   */
  forget({ ids, from, to, like }: ForgetQuery): number {
    const alike = like === undefined ? undefined : this.#alike(like);
    const those = (ids ?? this.#ids()).filter((id) => {
      const slot = this.#slotOf(id);
      if (!this.#isThere(id) || alike?.has(slot) === false) return false;
      return this.#entries.at(slot) >= (from ?? -Infinity) && this.#entries.at(slot) <= (to ?? Infinity);
    });
    if (those.length === 0) return 0;
    this.#lists?.erase(those.map((id) => this.#slotOf(id)));
    for (const id of those) this.#entries.delete(this.#slotOf(id));
    this.#writer.close();
    for (const segment of new Set(those.map(segmentOf))) this.#rewrite(segment);
    this.save();
    return those.length;
  }

  /** Records, the oldest first. @param newest about so many of the newest; default: all */
  *records(newest = Infinity): Generator<PictureRecord> {
    const segments = segmentsIn(this.#folder);
    const those = segments.slice(Math.max(0, segments.length - Math.ceil(newest / SEGMENT)));
    for (const segment of those) yield* readSegment(this.#folder, segment).records;
  }

  /** One picture. @throws SensoriumError E_USAGE where it is not there (any more) */
  picture(id: number): RememberedPicture {
    const slot = this.#slotOf(id);
    const record = this.#isThere(id) ? readRecord(this.#folder, segmentOf(id), this.#entries.lies(slot)) : undefined;
    if (record === undefined) throw new SensoriumError('E_USAGE', `no picture ${id} is remembered`);
    const { at, stream, things } = record.facts;
    const its = { at, stream, embedding: packEmbedding(record.vector), encoder: this.#encoder?.sha256 ?? '' };
    return things === undefined ? its : { ...its, things };
  }

  /** Puts what was added on the disk, and does not wait for it: a disk may take longer than a question. */
  flush(): void {
    this.#writer.syncBeside();
  }

  /** Writes down in which list each picture lies. */
  save(): void {
    if (this.#lists === undefined || this.#encoder === undefined) return;
    const { centroids, lists } = this.#lists.placement();
    const first = this.#oldest * SEGMENT;
    const byId = Int32Array.from({ length: Math.max(0, this.#next - first) }, (_, i) => {
      const slot = this.#slotOf(first + i);
      return this.#entries.has(slot) ? lists[slot] : -1;
    });
    writeSnapshot(join(this.#folder, 'lists.bin'), { first, centroids, lists: byId }, this.#encoder.dims);
    this.#unwritten = 0;
  }

  /** Writes everything down. */
  close(): void {
    if (this.#options.isReadOnly !== true) {
      if (this.#unwritten > 0) this.save();
      this.#writer.close();
    }
    this.#unlock();
  }

  /** Says whose embeddings there will be, where nobody has. */
  begin(encoder: Encoder): void {
    this.#encoder = encoder;
    this.#lists = new VectorLists(encoder.dims);
    writeEncoder(this.#folder, encoder);
  }

  #read(encoder: Encoder): void {
    const lists = new VectorLists(encoder.dims);
    this.#lists = lists;
    const snapshot = readSnapshot(join(this.#folder, 'lists.bin'), encoder.dims);
    if (snapshot !== undefined) lists.begin(snapshot);
    const segments = segmentsIn(this.#folder);
    this.#oldest = segments[0] ?? 0;
    for (const segment of segments) {
      const { records, damaged } = readSegment(this.#folder, segment);
      this.#damaged += damaged;
      for (const { facts, vector, offset, bytes } of records) {
        if (vector.length !== encoder.dims) continue;
        this.#keep(facts, { offset, bytes }, vector, snapshot?.lists[facts.id - snapshot.first]);
      }
    }
  }

  #keep(facts: Facts, lies: Lies, vector: Float32Array, list = -1): void {
    const slot = this.#slotOf(facts.id);
    if (list >= 0) this.#lists?.place(slot, quantised(vector), list);
    else this.#lists?.add(slot, quantised(vector));
    if (this.#entries.count === 0) this.#oldest = segmentOf(facts.id);
    this.#entries.set(slot, facts, lies);
    this.#seesThings ||= facts.things !== undefined;
    this.#next = Math.max(this.#next, facts.id + 1);
  }

  /** Numbers are never given twice; places in the lists are, once their pictures are gone. */
  #slotOf(id: number): number {
    return id % this.#slots();
  }

  #isThere(id: number): boolean {
    return id >= this.#oldest * SEGMENT && id < this.#next && this.#entries.has(this.#slotOf(id));
  }

  /** Numbers of all pictures, the oldest first. */
  #ids(): number[] {
    const first = this.#oldest * SEGMENT;
    return Array.from({ length: this.#next - first }, (_, i) => first + i).filter((id) => this.#isThere(id));
  }

  /** The number of a picture that is there. */
  #idOf(slot: number): number {
    const slots = this.#slots();
    const first = this.#oldest * SEGMENT;
    return first + ((slot - (first % slots) + slots) % slots);
  }

  #slots(): number {
    return (Math.ceil(this.#options.most / SEGMENT) + 2) * SEGMENT;
  }

  #dropOldest(): void {
    const segment = this.#oldest;
    for (let id = segment * SEGMENT; id < (segment + 1) * SEGMENT; id += 1) {
      if (this.#entries.delete(this.#slotOf(id))) this.#lists?.remove(this.#slotOf(id));
    }
    eraseSegment(this.#folder, segment);
    this.#oldest = segmentsIn(this.#folder)[0] ?? segmentOf(this.#next);
  }

  #rewrite(segment: number): void {
    const { records } = readSegment(this.#folder, segment);
    const left = records.filter(({ facts }) => this.#isThere(facts.id));
    rewriteSegment(this.#folder, segment, left);
    let offset = 0;
    for (const { facts, bytes } of left) {
      this.#entries.set(this.#slotOf(facts.id), facts, { offset, bytes });
      offset += bytes;
    }
  }

  #alike({ embedding, encoder, similarity }: NonNullable<ForgetQuery['like']>): Set<number> {
    const alike = new Set<number>();
    this.#lists?.products(quantised(this.#vectorOf(embedding, encoder)), (slot, product) => {
      if (product >= similarity * SQUARE) alike.add(slot);
    });
    return alike;
  }

  /**
   * The best of the candidates in single precision, as they are on the disk. They come with the greatest product first: what cannot be
   * better than those that are found already, whichever way it was rounded, is not read.
   */
  #compared(candidates: readonly Match[], query: Float32Array, count: number): Read[] {
    const unsure = roundingOf(query.length);
    const found: Read[] = [];
    for (const { id: slot, product } of candidates) {
      if (found.length === count && product / SQUARE + unsure < found[count - 1].similarity) break;
      const its = this.#recalled(slot, query);
      if (its === undefined) continue;
      found.push(its);
      found.sort((a, b) => b.similarity - a.similarity || a.id - b.id);
      if (found.length > count) found.pop();
    }
    return found;
  }

  /** A picture as it is on the disk, compared with a question; nothing where it is damaged. */
  #recalled(slot: number, query: Float32Array): Read | undefined {
    const record = readRecord(this.#folder, segmentOf(this.#idOf(slot)), this.#entries.lies(slot));
    if (record === undefined) return undefined;
    const { session, ...facts } = record.facts;
    const { vector, thumbnail } = record;
    const isOfSession = session === this.#options.session;
    return { ...facts, similarity: similarityOf(query, vector), isOfSession, thumbnail };
  }

  /** Mean and standard deviation of the question's similarity with pictures of all times. */
  #usual(query: Int16Array): { readonly mean: number; readonly deviation: number } {
    const first = this.#oldest * SEGMENT;
    const step = Math.max(1, Math.floor((this.#next - first) / SAMPLE));
    const slots: number[] = [];
    for (let id = first; id < this.#next; id += step) if (this.#isThere(id)) slots.push(this.#slotOf(id));
    let [sum, squares] = [0, 0];
    for (const product of this.#lists?.productsOf(query, slots) ?? []) {
      sum += product / SQUARE;
      squares += (product / SQUARE) ** 2;
    }
    const count = slots.length;
    const mean = count === 0 ? 0 : sum / count;
    return { mean, deviation: count < 2 ? 0 : Math.sqrt(Math.max(0, squares / count - mean * mean)) };
  }

  #vectorOf(embedding: string, sha256: string): Float32Array {
    const vector = unpackEmbedding(embedding);
    if (vector === undefined) {
      throw new SensoriumError('E_MODEL_INPUT', `expected an embedding, got ${showValue(embedding)}`);
    }
    if (this.#encoder === undefined) this.begin({ sha256, dims: vector.length });
    const its = this.#encoder as unknown as Encoder;
    if (its.sha256 !== sha256 || its.dims !== vector.length) {
      const what = `the memory is of the encoder ${its.sha256.slice(0, 12)}, not of ${sha256.slice(0, 12)}`;
      throw new SensoriumError('E_CONFIG_CONFLICT', `${what}; "sensorium memory reembed" embeds it anew`, {
        path: this.#folder,
      });
    }
    return vector;
  }
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
