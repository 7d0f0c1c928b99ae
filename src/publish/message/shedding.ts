import type { Pressure } from '../../contract/index.ts';
import type { Stamp } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** What is given up, and why. */
export interface SheddingReport {
  readonly stamp: Stamp;
  readonly shed: readonly string[];
  readonly why?: 'busy' | 'recording' | 'memory';
  readonly pressure: Pressure;
  readonly origin: Origin;
}

export function sheddingMessage(toTime: ToTime, report: SheddingReport): Unnumbered<'Shedding'> {
  const { stamp, shed, why, pressure, origin } = report;
  const { busy, recording, memory, models } = pressure;
  return {
    timestamp: toTime(stamp),
    shed: [...shed],
    ...(why === undefined ? {} : { why }),
    pressure: { busy, recording, memory, models: { backlog: models.backlog, credit: models.credit } },
    provenance: provenance(origin),
  };
}
