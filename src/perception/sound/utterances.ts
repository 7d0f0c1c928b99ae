import type { AudioMeasurement, Frame } from '../../frame/index.ts';
import { BlockFates } from './fates.ts';
import { levelOf, NoiseFloor } from './noise-floor.ts';
import { SoundWindows, type SoundWindow } from './windows.ts';

/** A piece of sound in which someone may have spoken, without a hole. */
export interface Utterance extends SoundWindow {
  /** What ended it: a pause, the length that it may have, or a hole in the sound. */
  readonly cut: Cut;
}

/** What ended an utterance. */
export type Cut = 'pause' | 'length' | 'hole';

/** How utterances are cut. */
export interface UtteranceOptions {
  /** Samples a second of the utterances, whatever the microphones give. */
  readonly sampleRate: number;
  /** Which channel, from 0; default: the mean of all. */
  readonly channel?: number;
  /** dB above the noise floor from which on a piece is loud. */
  readonly aboveDb: number;
  /** ms without a loud piece that end an utterance. */
  readonly hangoverMs: number;
  /** ms of loud pieces that it has at least. */
  readonly leastMs: number;
  /** ms that it has at most. */
  readonly mostMs: number;
}

/** Blocks by what became of them. */
export interface BlockCounts {
  /** All that have come and can be read. */
  readonly blocks: number;
  /** Those of utterances that were taken. */
  readonly heard: number;
  /** The others that are decided, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Those of which it is not decided yet. */
  readonly undecided: number;
}

/** A piece, ms: speech is the same for about so long. */
const PIECE_MS = 20;
/** What is kept before the first loud piece and after the last, ms: consonants are soft. */
const MARGIN_MS = 200;
/** The noise floor is the least level of so many buckets of so many ms: in 4 s of speech there is a pause. */
const BUCKET_MS = 500;
const BUCKETS = 8;
/** Small holes may not add up over so long, ms. */
const KEPT_MS = 1000;

/** What becomes of a piece; the best last, for a block that has several. */
const FATES = ['silence', 'short', 'backlog', 'heard'] as const;

/**
 * Cuts a stream of sound blocks into utterances, by its level above its own noise floor, in pieces of 20 ms. It knows loud from quiet and
 * not speech from other sounds. A hole never lies within an utterance: it ends there.
 */
export class Utterances {
  readonly #options: UtteranceOptions;
  readonly #offer: (utterance: Utterance) => 'heard' | 'backlog';
  readonly #windows: SoundWindows;
  readonly #floor = new NoiseFloor(BUCKET_MS / PIECE_MS, BUCKETS);
  readonly #fates = new BlockFates(FATES);
  /** Quiet pieces before an utterance, the latest last. */
  #before: SoundWindow[] = [];
  /** Pieces of the utterance in the making; none outside of one. */
  #pieces: SoundWindow[] = [];
  /** Of these, how many are loud, and how many there are up to the last loud one. */
  #loud = 0;
  #upToLoud = 0;
  #unreadable = 0;

  /** @param offer takes an utterance, or says that no more may wait */
  constructor(options: UtteranceOptions, offer: (utterance: Utterance) => 'heard' | 'backlog') {
    this.#options = options;
    this.#offer = offer;
    const samplesOf = (ms: number): number => Math.round((ms * options.sampleRate) / 1000);
    const { sampleRate, channel } = options;
    const samples = samplesOf(PIECE_MS);
    this.#windows = new SoundWindows({
      sampleRate,
      samples,
      hop: samples,
      kept: samplesOf(KEPT_MS),
      ...(channel === undefined ? {} : { channel }),
    });
  }

  /** Takes the next block. @returns whether something can be made of it */
  add(frame: Frame, audio: AudioMeasurement): boolean {
    const holes = this.#windows.gaps;
    const pieces = this.#windows.add(frame, audio);
    if (pieces === undefined) {
      this.#unreadable += 1;
      return false;
    }
    if (this.#windows.gaps !== holes) this.end();
    this.#fates.came(frame.input);
    for (const piece of pieces) this.#take(piece);
    return true;
  }

  /** Nothing follows on what has come: an utterance in the making ends here. */
  end(): void {
    if (this.#pieces.length > 0) this.#finish('hole');
    this.#quiet(this.#before.splice(0));
  }

  counts(): BlockCounts {
    const { came, lost, open, of } = this.#fates.counts();
    const dropped = {
      silence: of('silence'),
      short: of('short'),
      backlog: of('backlog'),
      gap: lost,
      unreadable: this.#unreadable,
    };
    return {
      blocks: came,
      heard: of('heard'),
      dropped: Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0)),
      undecided: open,
    };
  }

  #take(piece: SoundWindow): void {
    const { aboveDb, hangoverMs, mostMs } = this.#options;
    const level = levelOf(piece.samples);
    const isLoud = level > this.#floor.take(level) + aboveDb;
    if (this.#pieces.length === 0) {
      this.#before.push(piece);
      if (isLoud) [this.#pieces, this.#before] = [this.#before, []];
      else if (this.#before.length > MARGIN_MS / PIECE_MS) this.#quiet(this.#before.splice(0, 1));
    } else this.#pieces.push(piece);
    if (isLoud) {
      this.#loud += 1;
      this.#upToLoud = this.#pieces.length;
    }
    if (this.#pieces.length >= Math.floor(mostMs / PIECE_MS)) this.#finish('length');
    else if ((this.#pieces.length - this.#upToLoud) * PIECE_MS >= hangoverMs) this.#finish('pause');
  }

  /** The utterance has ended: it is offered with a margin behind its last loud piece; what follows that is quiet. */
  #finish(cut: Cut): void {
    const pieces = this.#pieces.splice(0);
    const isLong = this.#loud * PIECE_MS >= this.#options.leastMs;
    const ends = cut === 'length' ? pieces.length : this.#upToLoud + MARGIN_MS / PIECE_MS;
    const its = pieces.slice(0, ends);
    this.#loud = this.#upToLoud = 0;
    const fate = isLong ? this.#offer(joined(its, cut)) : 'short';
    for (const { inputs } of its) this.#fates.judge(inputs, fate);
    const after = pieces.slice(ends);
    this.#quiet(after.splice(0, after.length - MARGIN_MS / PIECE_MS));
    this.#before = after;
  }

  #quiet(pieces: readonly SoundWindow[]): void {
    for (const { inputs } of pieces) this.#fates.judge(inputs, 'silence');
  }
}

/** Pieces that follow one another as one. */
function joined(pieces: readonly SoundWindow[], cut: Cut): Utterance {
  const [{ samples: first, start }] = pieces;
  const samples = new Float32Array(first.length * pieces.length);
  pieces.forEach((piece, i) => samples.set(piece.samples, i * first.length));
  const inputs = [...new Set(pieces.flatMap((piece) => piece.inputs))];
  return { samples, start, end: pieces[pieces.length - 1].end, inputs, cut };
}
