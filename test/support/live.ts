import { drivers } from '../../drivers/index.ts';
import { models } from '../../models/index.ts';
import { readConfig } from '../../src/config/index.ts';
import type { EffectOutcome, Input } from '../../src/contract/index.ts';
import { startDaemon, type Daemon, type DaemonOptions } from '../../src/daemon/index.ts';
import type { SceneMeasurement } from '../../src/frame/index.ts';
import { createLogWriter, type LogWriter } from '../../src/record/index.ts';
import { sessionHeaderOf } from '../../src/replay/index.ts';
import { workerProgram } from './workers.ts';

/** A live session of the simulated robot in this process, recorded, whose answers of models can be waited for. */
export interface LiveRun {
  readonly daemon: Daemon;
  /** Answers so far, in their order. */
  readonly answers: readonly { readonly id: string; readonly outcome: EffectOutcome }[];
  /** The truth about what is around the robot, as it was told last. */
  scene(): SceneMeasurement | undefined;
  /** Resolves once the condition holds; looked at with every input. */
  until(condition: () => boolean): Promise<void>;
}

/** The simulated robot with a small camera and its microphones: cheap enough for a busy machine. */
export const SMALL_ROBOT = {
  driver: 'simulation',
  seed: 1,
  streams: { camera: { enabled: true, rate: 10, width: 160, height: 120 }, microphones: { enabled: true } },
};

/** Starts a session with these models, recorded to a file. @param sections of the configuration, in place of what is usual here */
export async function startLive(
  path: string,
  perception: object,
  more: Partial<DaemonOptions> = {},
  sections: object = {},
): Promise<LiveRun> {
  const off = { enabled: false };
  const config = readConfig(
    {
      sources: { robot: SMALL_ROBOT },
      perception,
      publish: { mqtt: off, zeromq: off },
      web: off,
      record: { path },
      ...sections,
    },
    drivers,
  );
  const answers: { id: string; outcome: EffectOutcome }[] = [];
  const waiting = new Set<() => void>();
  let scene: SceneMeasurement | undefined;
  const tap = (writer: LogWriter, input: Input): void => {
    writer.tap(input);
    if (input.kind === 'effect') answers.push(input);
    if (input.kind === 'frame' && input.arrival.measurement.kind === 'scene') scene = input.arrival.measurement;
    for (const check of waiting) check();
  };
  const daemon = await startDaemon({
    config,
    drivers,
    models,
    modelWorker: workerProgram('model-worker'),
    version: '0',
    env: {},
    openRecorder: async (file, { clock, ...session }) => {
      const writer = await createLogWriter(file, sessionHeaderOf({ ...session, epoch: clock.epoch }, '0'));
      return { ...writer, tap: (input) => tap(writer, input) };
    },
    ...more,
  });
  return {
    daemon,
    answers,
    scene: () => scene,
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
      }),
  };
}
