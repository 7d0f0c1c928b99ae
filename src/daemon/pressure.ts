import { performance } from 'node:perf_hooks';
import type { Admit, Pressure } from '../contract/index.ts';
import type { Stamp } from '../frame/index.ts';

/** Where the pressure is measured. */
export interface PressureGauges {
  readonly now: () => Stamp;
  readonly admit: Admit;
  /** Shares, 0..1. */
  readonly recording: () => number;
  readonly memory: () => number;
  readonly models: () => Pressure['models'];
}

/** Between two measurements, ms. */
const EVERY_MS = 250;

/**
 * Admits the pressure that the host is under, four times a second. How busy the thread is comes from the event loop's
 * utilisation: time in which it was not waiting for something to do, also when the processor was with somebody else.
 * @returns stops it
 */
export function startPressureGauge({ now, admit, recording, memory, models }: PressureGauges): () => void {
  let before = performance.eventLoopUtilization();
  const round = (value: number): number => Math.round(1000 * value) / 1000;
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    const pressure = {
      busy: round(utilization),
      recording: round(recording()),
      memory: round(memory()),
      models: models(),
    };
    admit({ kind: 'pressure', at: now(), pressure });
  }, EVERY_MS);
  return () => clearInterval(timer);
}
