import type { Stamp, StreamId } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** What every stage that asks a model tells. */
interface AskerReport {
  readonly stream: StreamId;
  readonly model: string;
  readonly asked: number;
  readonly answered: number;
  readonly failed: Readonly<Record<string, number>>;
}

/** How one detector fares. */
export interface DetectorReport extends AskerReport {
  readonly passedOver: number;
}

/** How one listener fares. */
export interface ListenerReport extends AskerReport {
  readonly dropped: Readonly<Record<string, number>>;
}

/** How writing down what is said fares. */
export interface SpeechStateReport extends AskerReport {
  readonly blocks: number;
  readonly heard: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** How one embedder fares. */
export interface EmbedderReport extends AskerReport {
  readonly passedOver: number;
  readonly alike: number;
}

/** How remembering fares. */
export interface MemoryReport {
  readonly remembered: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly watches: readonly string[];
}

/** How the models fare. */
export interface PerceptionReport {
  readonly stamp: Stamp;
  readonly detectors: readonly DetectorReport[];
  readonly listeners: readonly ListenerReport[];
  readonly embedders: readonly EmbedderReport[];
  /** Unset where nothing is written down. */
  readonly speech: SpeechStateReport | undefined;
  /** Unset where there is no embedder. */
  readonly memory: MemoryReport | undefined;
  /** Unset where no model answers. */
  readonly answers: Omit<AskerReport, 'stream'> | undefined;
  readonly orphans: number;
  readonly origin: Origin;
}

export function perceptionMessage(toTime: ToTime, report: PerceptionReport): Unnumbered<'PerceptionDiagnostics'> {
  return {
    timestamp: toTime(report.stamp),
    detectors: report.detectors.map(({ stream, model, asked, answered, passedOver, failed }) => ({
      stream,
      model,
      asked,
      answered,
      passed_over: passedOver,
      failed: { ...failed },
    })),
    listeners: report.listeners.map(({ stream, model, asked, answered, dropped, failed }) => ({
      stream,
      model,
      asked,
      answered,
      dropped: { ...dropped },
      failed: { ...failed },
    })),
    ...(report.embedders.length === 0
      ? {}
      : {
          embedders: report.embedders.map(({ stream, model, asked, answered, passedOver, alike, failed }) => ({
            stream,
            model,
            asked,
            answered,
            passed_over: passedOver,
            alike,
            failed: { ...failed },
          })),
        }),
    ...(report.speech === undefined ? {} : { speech: speechOf(report.speech) }),
    ...(report.memory === undefined ? {} : { memory: memoryOf(report.memory) }),
    ...(report.answers === undefined ? {} : { answers: { ...report.answers, failed: { ...report.answers.failed } } }),
    orphans: report.orphans,
    provenance: provenance(report.origin),
  };
}

function speechOf({
  stream,
  model,
  blocks,
  heard,
  dropped,
  asked,
  answered,
  failed,
}: SpeechStateReport): NonNullable<Unnumbered<'PerceptionDiagnostics'>['speech']> {
  return { stream, model, blocks, heard, dropped: { ...dropped }, asked, answered, failed: { ...failed } };
}

function memoryOf({
  remembered,
  failed,
  watches,
}: MemoryReport): NonNullable<Unnumbered<'PerceptionDiagnostics'>['memory']> {
  return { remembered, failed: { ...failed }, watches: [...watches] };
}
