import type { Detection } from '../../contract/index.ts';
import type { InputNumber, Stamp, StreamId } from '../../frame/index.ts';
import type { CANNOT_TELL, SpokenAnswer } from '../schema/answers.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** What a question came to. */
export interface SaidReport {
  readonly question: string;
  readonly answer: string;
  readonly prose: string;
  readonly count?: number;
  readonly boxes: readonly Detection[];
  readonly confidence?: number;
  readonly cannotTell?: { readonly why: (typeof CANNOT_TELL)[number]; readonly what: string };
  readonly unknownWords: readonly string[];
  readonly senses: readonly {
    readonly sense: 'sight' | 'hearing';
    readonly stream: StreamId;
    readonly state: 'well' | 'gone' | 'frozen' | 'muffled';
    readonly why?: string;
    readonly stamp?: Stamp;
    readonly age?: number;
    readonly input?: InputNumber;
  }[];
  readonly model: string;
  readonly precision?: string;
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
    senses: senses.map(({ sense, stream, state, why, stamp, age, input }) => ({
      sense,
      stream,
      state,
      ...(why === undefined ? {} : { why }),
      ...(input === undefined ? {} : { input }),
      ...(stamp === undefined ? {} : { timestamp: toTime(stamp) }),
      ...(age === undefined ? {} : { age }),
    })),
    model,
    ...(precision === undefined ? {} : { precision }),
    ...(modelHash === undefined ? {} : { model_sha256: modelHash.slice(0, 12) }),
  };
}

export function descriptionMessage(
  toTime: ToTime,
  { stamp, origin, ...said }: SaidReport & { readonly stamp: Stamp; readonly origin: Origin },
): Unnumbered<'Description'> {
  return { timestamp: toTime(stamp), ...spokenAnswerOf(toTime, said), provenance: provenance(origin) };
}
