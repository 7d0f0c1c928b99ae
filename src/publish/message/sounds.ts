import type { Hearing } from '../../contract/index.ts';
import type { FrameId, Stamp, StreamId } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** What was heard in a window of sound. */
export interface SoundsReport {
  readonly start: Stamp;
  readonly end: Stamp;
  readonly frameId: FrameId;
  readonly stream: StreamId;
  readonly model: string;
  /** SHA-256 of the network, hex; the first 12 digits are published. */
  readonly modelHash: string;
  readonly voice: { readonly score: number; readonly active: boolean };
  readonly events: Hearing['events'];
  readonly origin: Origin;
}

export function soundsMessage(toTime: ToTime, report: SoundsReport): Unnumbered<'Sounds'> {
  const { voice } = report;
  return {
    timestamp: toTime(report.start),
    end: toTime(report.end),
    frame_id: report.frameId,
    stream: report.stream,
    model: report.model,
    model_sha256: report.modelHash.slice(0, 12),
    voice: { score: voice.score, active: voice.active },
    events: report.events.map(({ label, score }) => ({ label, score })),
    provenance: provenance(report.origin),
  };
}
