import type { Stamp } from '../frame/index.ts';
import { headsMessage, perceptionMessage, type Origin, type ToTime } from '../publish/index.ts';
import type { Answering } from './answer/index.ts';
import type { Decisions } from './decide.ts';
import type { Outbox } from './outbox.ts';
import type { Perception } from './perceive.ts';
import type { Recollection } from './recall/index.ts';

/** What there is to tell of. */
interface Models {
  readonly outbox: Outbox;
  readonly perception: Perception;
  readonly decisions: Decisions;
  readonly recollection: Recollection;
  readonly answering: Answering;
}

/** Says how the models and the heads fare, where there are any. */
export function createModelReports(
  { outbox, perception, decisions, recollection, answering }: Models,
  toTime: ToTime,
): (now: Stamp, origin: Origin) => void {
  const { detectors, listeners, embedders, speech } = perception;
  const stages = detectors.length + listeners.length + embedders.length;
  const hasModels = stages > 0 || speech !== undefined || answering.counters() !== undefined;
  const hasHeads = decisions.heads.length > 0;

  function models(stamp: Stamp, origin: Origin): void {
    const message = perceptionMessage(toTime, {
      stamp,
      detectors: detectors.map(({ stream, model, counters }) => ({ stream, model, ...counters() })),
      listeners: listeners.map(({ stream, model, counters }) => ({ stream, model, ...counters() })),
      embedders: embedders.map(({ stream, model, counters }) => ({ stream, model, ...counters() })),
      speech: speech && { stream: speech.stream, model: speech.model, ...speech.counters() },
      memory: embedders.length === 0 ? undefined : recollection.counters(),
      answers: answering.counters(),
      orphans: perception.orphans(),
      origin,
    });
    outbox.send('diag/perception', 'PerceptionDiagnostics', stamp, message);
  }

  function heads(stamp: Stamp, origin: Origin): void {
    const message = headsMessage(toTime, {
      stamp,
      heads: decisions.heads.map(({ head, model, counters, late }) => ({
        head,
        model: model(),
        ...counters(),
        late: late(),
      })),
      unplugged: [...decisions.unplugged],
      origin,
    });
    outbox.send('diag/heads', 'HeadDiagnostics', stamp, message);
  }

  return (now, origin) => {
    if (hasModels) models(now, origin);
    if (hasHeads) heads(now, origin);
  };
}
