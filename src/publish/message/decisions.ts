import type { InputNumber, Stamp, StreamId } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';
import { spokenAnswerOf, type SaidReport } from './answers.ts';
import { imaginedOf, progressOf, type ImaginedReport, type ProgressReport } from './goals.ts';
import { answerOf, lessonOf, type AnswerReport, type LessonReport } from './recall.ts';

/** What a head decided about a window. */
export interface DecisionReport {
  readonly head: string;
  readonly model: string;
  /** SHA-256 of the network, hex; the first 12 digits are published. */
  readonly modelHash: string;
  readonly start: Stamp;
  readonly end: Stamp;
  readonly label: string;
  readonly confidence: number;
  readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
  readonly uncertainty: number;
  readonly modalities: readonly {
    readonly stream: StreamId;
    readonly present: number;
    readonly unplugged: boolean;
    readonly contribution: number;
    readonly inputs: { readonly first: InputNumber; readonly last: InputNumber; readonly count: number } | undefined;
  }[];
  readonly origin: Origin;
}

export function decisionMessage(toTime: ToTime, report: DecisionReport): Unnumbered<'Decision'> {
  return {
    timestamp: toTime(report.end),
    start: toTime(report.start),
    head: report.head,
    model: report.model,
    model_sha256: report.modelHash.slice(0, 12),
    label: report.label,
    confidence: report.confidence,
    probabilities: report.probabilities.map(({ label, probability }) => ({ label, probability })),
    uncertainty: report.uncertainty,
    modalities: report.modalities.map(({ stream, present, unplugged, contribution, inputs }) => ({
      stream,
      present,
      unplugged,
      contribution,
      ...(inputs === undefined ? {} : { inputs: { first: inputs.first, last: inputs.last, count: inputs.count } }),
    })),
    provenance: provenance(report.origin),
  };
}

/** What became of a command. */
export interface ReplyReport {
  readonly stamp: Stamp;
  readonly id: string | undefined;
  readonly verb: string;
  readonly status: 'done' | 'refused';
  readonly what: string;
  readonly answer?: AnswerReport;
  readonly said?: SaidReport;
  readonly lesson?: LessonReport;
  readonly imagined?: ImaginedReport;
  readonly progress?: ProgressReport;
  readonly origin: Origin;
}

export function replyMessage(toTime: ToTime, report: ReplyReport): Unnumbered<'Reply'> {
  return {
    timestamp: toTime(report.stamp),
    ...(report.id === undefined ? {} : { id: report.id }),
    verb: report.verb,
    status: report.status,
    what: report.what,
    ...(report.answer === undefined ? {} : { answer: answerOf(report.answer) }),
    ...(report.said === undefined ? {} : { said: spokenAnswerOf(toTime, report.said) }),
    ...(report.lesson === undefined ? {} : { lesson: lessonOf(report.lesson) }),
    ...(report.imagined === undefined ? {} : { imagined: imaginedOf(report.imagined) }),
    ...(report.progress === undefined ? {} : { progress: progressOf(toTime, report.progress) }),
    provenance: provenance(report.origin),
  };
}

/** How the heads fare. */
export interface HeadsReport {
  readonly stamp: Stamp;
  readonly heads: readonly {
    readonly head: string;
    readonly model: string | undefined;
    readonly asked: number;
    readonly answered: number;
    readonly passedOver: number;
    readonly empty: number;
    readonly late: Readonly<Record<StreamId, number>>;
    readonly failed: Readonly<Record<string, number>>;
  }[];
  readonly unplugged: readonly StreamId[];
  readonly origin: Origin;
}

export function headsMessage(toTime: ToTime, report: HeadsReport): Unnumbered<'HeadDiagnostics'> {
  return {
    timestamp: toTime(report.stamp),
    heads: report.heads.map(({ head, model, asked, answered, passedOver, empty, late, failed }) => ({
      head,
      ...(model === undefined ? {} : { model }),
      asked,
      answered,
      passed_over: passedOver,
      empty,
      late: { ...late },
      failed: { ...failed },
    })),
    unplugged: [...report.unplugged],
    provenance: provenance(report.origin),
  };
}
