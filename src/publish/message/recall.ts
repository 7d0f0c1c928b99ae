import type { Place } from '../../contract/index.ts';
import type { Stamp, StreamId } from '../../frame/index.ts';
import type * as wire from '../schema/common.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, vector, type Origin, type ToTime } from './common.ts';

/** A picture that may show what was asked for. */
export interface FoundReport {
  readonly from: 'live' | 'memory';
  readonly id?: number;
  readonly stream: StreamId;
  /** Unix time, µs. */
  readonly at: number;
  readonly age: number;
  readonly similarity: number;
  readonly confidence?: number;
  readonly place?: Place;
  readonly thumbnail?: string;
}

/** What a question came to. */
export interface AnswerReport {
  readonly answer: string;
  readonly count: number;
  readonly found: readonly FoundReport[];
  readonly senses: readonly StreamId[];
  readonly unknownWords: readonly string[];
  readonly remembered: number;
}

/** Something that is watched for. */
export interface SightingReport {
  readonly stamp: Stamp;
  readonly name: string;
  readonly words: string;
  readonly similarity: number;
  readonly threshold: number;
  readonly stream: StreamId;
  readonly place: Place | undefined;
  readonly origin: Origin;
}

export function answerOf(report: AnswerReport): NonNullable<Unnumbered<'Reply'>['answer']> {
  const { answer, count, found, senses, unknownWords, remembered } = report;
  return {
    answer,
    count,
    found: found.map(({ from, id, stream, at, age, similarity, confidence, place, thumbnail }) => ({
      from,
      ...(id === undefined ? {} : { id }),
      stream,
      timestamp: timeOf(at),
      age,
      similarity,
      ...(confidence === undefined ? {} : { confidence }),
      ...placeOf(place),
      ...(thumbnail === undefined ? {} : { thumbnail }),
    })),
    senses: [...senses],
    unknown_words: [...unknownWords],
    remembered,
  };
}

export function sightingMessage(toTime: ToTime, report: SightingReport): Unnumbered<'Sighting'> {
  const { stamp, name, words, similarity, threshold, stream, place, origin } = report;
  const its = { name, words, similarity, threshold, stream, ...placeOf(place) };
  return { timestamp: toTime(stamp), ...its, provenance: provenance(origin) };
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
