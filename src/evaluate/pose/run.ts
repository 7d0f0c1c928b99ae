import { createDelayMonitor } from '../../clock/delay/index.ts';
import type { Ticket } from '../../contract/index.ts';
import type { FusionConfig } from '../../fusion/index.ts';
import { createFusion } from '../../pipeline/index.ts';
import type { PoseRow, PoseRun, PoseTask } from './task.ts';

/** Tickets are the ledger's; here nobody counts. */
const NO_TICKET = 0 as Ticket;

/**
 * Runs a task through the pipeline's own fusion stage, causally: the row of a true pose comes from what had been received
 * by its time, carried on to it.
 * @param progress told the share that is done, 0..1
 */
export function runPose(task: PoseTask, config: FusionConfig, progress?: (share: number) => void): PoseRun {
  const delays = createDelayMonitor(task.streams);
  const fusion = createFusion(config, task.streams, task.mounts, delays, task.start);
  const filter = fusion.map ?? fusion.pose;
  const dropped: Record<string, Record<string, number>> = {};
  const rows: PoseRow[] = [];
  const faults = new Map<string, { source: string; fault: string; first: number; last: number }>();
  let next = 0;
  task.truth.forEach((truth, i) => {
    while (next < task.frames.length && task.frames[next].received <= truth.stamp) {
      const frame = task.frames[next];
      delays.take(frame);
      fusion.tick(frame.received);
      fusion.take(frame, NO_TICKET, ({ stream }, _ticket, verdict) => {
        if (verdict.verdict !== 'dropped') return;
        const reasons = (dropped[stream] ??= {});
        reasons[verdict.reason] = (reasons[verdict.reason] ?? 0) + 1;
      });
      next += 1;
    }
    if (i % 256 === 0) progress?.(i / task.truth.length);
    const estimate = filter.estimate(truth.stamp);
    if (estimate === undefined || !estimate.isPlaced) return;
    for (const { source, fault } of estimate.faults) {
      const at = truth.time - task.truth[0].time;
      const known = faults.get(`${source} ${fault}`);
      if (known === undefined) faults.set(`${source} ${fault}`, { source, fault, first: at, last: at });
      else known.last = at;
    }
    const pose = { time: truth.time, ...task.express(estimate.pose, filter.plane()) };
    rows.push({ truth, estimate, pose });
  });
  return { rows, lasting: filter.lasting(), faults: [...faults.values()], dropped };
}
