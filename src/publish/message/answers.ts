import type { Detection, Sense } from '../../contract/index.ts';
import type { InputNumber, Stamp, StreamId } from '../../frame/index.ts';
import type { CANNOT_TELL, SpokenAnswer } from '../schema/answers.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** A sense at the time of a question. */
export interface SenseNow {
  readonly sense: Sense;
  readonly stream: StreamId;
  /** `gone` gives nothing, `frozen` the same all the time, `muffled` lets next to nothing through. */
  readonly state: 'well' | 'gone' | 'frozen' | 'muffled';
  /** Why, unless it is well. */
  readonly why?: string;
  /** Of the picture, of the end of the newest sound, or of the newest IMU sample; left out where there is none. */
  readonly stamp?: Stamp;
  /** s. */
  readonly age?: number;
  readonly input?: InputNumber;
}

/** What a question came to, in words and in parts. */
export interface SaidReport {
  readonly question: string;
  /** As the model says it; `cannot tell` where it is none. */
  readonly answer: string;
  /** For people. */
  readonly prose: string;
  /** The number that the answer is. */
  readonly count?: number;
  /** What a detector has seen of what is spoken of, in the same camera's picture. */
  readonly boxes: readonly Detection[];
  readonly confidence?: number;
  /** Why, and in words. */
  readonly cannotTell?: { readonly why: (typeof CANNOT_TELL)[number]; readonly what: string };
  readonly unknownWords: readonly string[];
  readonly senses: readonly SenseNow[];
  readonly model: string;
  readonly precision?: string;
  /** Left out where nobody was asked, or nobody knows it. */
  readonly modelHash?: string;
}

export function spokenAnswerOf(toTime: ToTime, report: SaidReport): SpokenAnswer {
  const { question, answer, prose, count, boxes, confidence, cannotTell, senses, model, precision, modelHash } = report;
  return {
    question,
    answer,
    prose,
    ...(count === undefined ? {} : { count }),
    boxes: boxes.map(({ label, score, box }) => ({ label, score, box: [...box] })),
    ...(confidence === undefined ? {} : { confidence }),
    ...(cannotTell === undefined ? {} : { cannot_tell: { why: cannotTell.why, what: cannotTell.what } }),
    unknown_words: [...report.unknownWords],
    senses: sensesOf(toTime, senses),
    model,
    ...(precision === undefined ? {} : { precision }),
    ...(modelHash === undefined ? {} : { model_sha256: modelHash.slice(0, 12) }),
  };
}

export function sensesOf(toTime: ToTime, senses: SaidReport['senses']): SpokenAnswer['senses'] {
  return senses.map(({ sense, stream, state, why, stamp, age, input }) => ({
    sense,
    stream,
    state,
    ...(why === undefined ? {} : { why }),
    ...(input === undefined ? {} : { input }),
    ...(stamp === undefined ? {} : { timestamp: toTime(stamp) }),
    ...(age === undefined ? {} : { age }),
  }));
}

export function descriptionMessage(
  toTime: ToTime,
  { stamp, origin, ...said }: SaidReport & { readonly stamp: Stamp; readonly origin: Origin },
): Unnumbered<'Description'> {
  return { timestamp: toTime(stamp), ...spokenAnswerOf(toTime, said), provenance: provenance(origin) };
}
