import type { Detection } from '../../contract/index.ts';
import type { FrameId, Stamp, StreamId } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** What was found in a picture. */
export interface DetectionsReport {
  /** Of the picture. */
  readonly stamp: Stamp;
  readonly frameId: FrameId;
  readonly stream: StreamId;
  readonly model: string;
  /** SHA-256 of the network, hex; the first 12 digits are published. */
  readonly modelHash: string;
  readonly detections: readonly Detection[];
  readonly origin: Origin;
}

export function detectionsMessage(toTime: ToTime, report: DetectionsReport): Unnumbered<'Detections'> {
  return {
    timestamp: toTime(report.stamp),
    frame_id: report.frameId,
    stream: report.stream,
    model: report.model,
    model_sha256: report.modelHash.slice(0, 12),
    objects: report.detections.map(({ label, score, box }) => ({ label, score, box: [...box] })),
    provenance: provenance(report.origin),
  };
}
