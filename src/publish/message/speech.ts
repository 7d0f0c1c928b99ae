import type { FrameId, Stamp, StreamId } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** What was said, as a model wrote it down. */
export interface SpeechReport {
  readonly start: Stamp;
  readonly end: Stamp;
  readonly frameId: FrameId;
  readonly stream: StreamId;
  readonly model: string;
  /** SHA-256 over its files, hex; the first 12 digits are published. */
  readonly modelHash: string;
  readonly text: string;
  readonly language: string | null;
  readonly confidence: number | null;
  readonly ended: string;
  readonly cut: 'pause' | 'length' | 'hole';
  readonly channels: number;
  /** Unset: the mean of all. */
  readonly channel?: number;
  readonly origin: Origin;
}

export function speechMessage(toTime: ToTime, report: SpeechReport): Unnumbered<'Speech'> {
  const { language, confidence, channel } = report;
  return {
    timestamp: toTime(report.start),
    end: toTime(report.end),
    frame_id: report.frameId,
    stream: report.stream,
    model: report.model,
    model_sha256: report.modelHash.slice(0, 12),
    text: report.text,
    ...(language === null ? {} : { language }),
    ...(confidence === null ? {} : { confidence }),
    ended: report.ended,
    cut: report.cut,
    channels: report.channels,
    ...(channel === undefined ? {} : { channel }),
    provenance: provenance(report.origin),
  };
}
