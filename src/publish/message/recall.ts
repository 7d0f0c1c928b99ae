import type { Place, SeenThing } from '../../contract/index.ts';
import type { Stamp, StreamId } from '../../frame/index.ts';
import type * as wire from '../schema/common.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, vector, type Origin, type ToTime } from './common.ts';

/** A picture that may show what was asked for. */
export interface FoundReport {
  readonly from: 'live' | 'memory';
  /** Number in the memory. */
  readonly id?: number;
  readonly stream: StreamId;
  /** Unix time, µs. */
  readonly at: number;
  /** s. */
  readonly age: number;
  /** Cosine with the question. */
  readonly similarity: number;
  readonly confidence?: number;
  /** Left, top, right and bottom of the thing itself, in shares of the picture's sides. */
  readonly box?: SeenThing['box'];
  readonly place?: Place;
  /** JPEG, base64. */
  readonly thumbnail?: string;
}

/** What a question came to. */
export interface AnswerReport {
  /** In words. */
  readonly answer: string;
  /** Pictures that show it. */
  readonly count: number;
  /** Best first, those of now before those of the memory. */
  readonly found: readonly FoundReport[];
  /** Streams that it rests on. */
  readonly senses: readonly StreamId[];
  readonly unknownWords: readonly string[];
  /** Pictures that were looked through. */
  readonly remembered: number;
  /** Examples that taught what is asked for; unset: it is found by words, or by what came with the question. */
  readonly examples?: number;
}

/** What a lesson came to, and all that is taught. */
export interface LessonReport {
  /** What was taught now. */
  readonly learnt?: {
    readonly name: string;
    /** That there are by now. */
    readonly examples: number;
    /** Unset: it came in a file. */
    readonly stream?: StreamId;
    readonly id?: number;
    /** s of the picture. */
    readonly age?: number;
    readonly box?: SeenThing['box'];
    readonly place?: Place;
    /** Another sort that it would have been taken for. */
    readonly alike?: { readonly name: string; readonly similarity: number };
  };
  readonly taught: readonly {
    readonly name: string;
    readonly examples: number;
    /** Whether they are of the encoder that looks now. */
    readonly isOfEncoder: boolean;
  }[];
  /** Cosine from which on a thing counts as one of a sort. */
  readonly threshold: number;
  /** What the examples of the name that was asked for have in common, packed. */
  readonly sought?: { readonly encoder: string; readonly embedding: string; readonly kind?: string };
}

/** Something that is watched for. */
export interface SightingReport {
  readonly stamp: Stamp;
  readonly name: string;
  readonly words: string;
  readonly similarity: number;
  readonly threshold: number;
  readonly stream: StreamId;
  readonly box?: SeenThing['box'];
  readonly place: Place | undefined;
  readonly origin: Origin;
}

export function answerOf(report: AnswerReport): NonNullable<Unnumbered<'Reply'>['answer']> {
  const { answer, count, found, senses, unknownWords, remembered, examples } = report;
  return {
    answer,
    count,
    found: found.map(({ from, id, stream, at, age, similarity, confidence, box, place, thumbnail }) => ({
      from,
      ...(id === undefined ? {} : { id }),
      stream,
      timestamp: timeOf(at),
      age,
      similarity,
      ...(confidence === undefined ? {} : { confidence }),
      ...boxOf(box),
      ...placeOf(place),
      ...(thumbnail === undefined ? {} : { thumbnail }),
    })),
    senses: [...senses],
    unknown_words: [...unknownWords],
    remembered,
    ...(examples === undefined ? {} : { examples }),
  };
}

export function lessonOf(report: LessonReport): NonNullable<Unnumbered<'Reply'>['lesson']> {
  const { learnt, taught, threshold, sought } = report;
  return {
    ...(learnt === undefined ? {} : { learnt: learntOf(learnt) }),
    taught: taught.map(({ name, examples, isOfEncoder }) => ({ name, examples, is_of_encoder: isOfEncoder })),
    threshold,
    ...(sought === undefined ? {} : { sought: { ...sought } }),
  };
}

function learntOf({ name, examples, stream, id, age, box, place, alike }: NonNullable<LessonReport['learnt']>) {
  return {
    name,
    examples,
    ...(stream === undefined ? {} : { stream }),
    ...(id === undefined ? {} : { id }),
    ...(age === undefined ? {} : { age }),
    ...boxOf(box),
    ...placeOf(place),
    ...(alike === undefined ? {} : { alike: { ...alike } }),
  };
}

export function sightingMessage(toTime: ToTime, report: SightingReport): Unnumbered<'Sighting'> {
  const { stamp, name, words, similarity, threshold, stream, box, place, origin } = report;
  const its = { name, words, similarity, threshold, stream, ...boxOf(box), ...placeOf(place) };
  return { timestamp: toTime(stamp), ...its, provenance: provenance(origin) };
}

function boxOf(box: SeenThing['box'] | undefined): { box?: number[] } {
  return box === undefined ? {} : { box: [...box] };
}

function placeOf(place: Place | undefined) {
  if (place === undefined) return {};
  const { frame, position, deviation, age, isOfThing } = place;
  return {
    place: { frame_id: frame, position: vector(position), deviation, age, ...(isOfThing && { is_of_thing: true }) },
  };
}

function timeOf(at: number): wire.Time {
  return { sec: Math.floor(at / 1e6), nsec: (at % 1e6) * 1000 };
}
