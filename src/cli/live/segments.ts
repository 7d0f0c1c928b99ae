import { InvalidArgumentError } from 'commander';
import type { DaemonOptions } from '../../daemon/index.ts';
import {
  createLogWriter,
  createTriggerRecorder,
  parseTrigger,
  type RecordingStatus,
  type Segment,
  type Trigger,
  type TriggerRecorder,
} from '../../record/index.ts';
import { pipelineOf, sessionHeaderOf } from '../../replay/index.ts';

/** What is recorded around whatever happens. */
export interface SegmentOptions {
  readonly triggers: readonly Trigger[];
  /** s. */
  readonly before: number;
  readonly after: number;
  /** Bytes. */
  readonly memory: number;
  readonly minimumFree: number;
  readonly version: string;
  /** Told when a part is in its file, or could not be. */
  readonly done: (segment: Segment, status: RecordingStatus | Error) => void;
}

/** Collects `--trigger`s. */
export function trigger(text: string, before: readonly Trigger[] = []): Trigger[] {
  const found = parseTrigger(text);
  if (found !== undefined) return [...before, found];
  throw new InvalidArgumentError(
    'expected fault, fault:<stream>, drop, drop:<stream>, detection:<label>, event:<name>, text:<words> or signal',
  );
}

/** Records parts of a session. */
export interface Segments {
  readonly openRecorder: NonNullable<DaemonOptions['openRecorder']>;
  /** Resolves when the last part is in its file: that takes longer than a daemon waits when it stops. */
  readonly settled: () => Promise<unknown>;
}

/**
 * Makes what opens the recorder of parts. Each part is a recording like any other: it begins with the configuration, takes
 * the next free name, and ends with the digest that a replay of it comes to.
 */
export function createSegments(options: SegmentOptions): Segments {
  const { triggers, before, after, memory, minimumFree, version, done } = options;
  let opened: TriggerRecorder | undefined;
  return { openRecorder, settled: () => opened?.close() ?? Promise.resolve() };

  function openRecorder(
    ...[
      path,
      {
        clock: { epoch },
        config,
        streams,
        mounts,
      },
    ]: Parameters<Segments['openRecorder']>
  ): TriggerRecorder {
    const header = sessionHeaderOf({ config, streams, mounts, epoch }, version);
    const recorder = createTriggerRecorder({
      triggers,
      before,
      after,
      bytes: memory,
      epoch,
      path,
      done,
      async open(segment) {
        const writer = await createLogWriter(path, { ...header, segment }, { existing: 'next', minimumFree });
        const preparation = { config, streams, mounts, epoch, unplaced: [], warnings: [] };
        const pipeline = pipelineOf(preparation, () => undefined);
        const end = () => {
          const { inputs, published } = pipeline.report();
          return { digest: pipeline.digest(), inputs, published };
        };
        return { writer, step: (input) => pipeline.step(input), end };
      },
    });
    opened = triggers.some(({ what }) => what === 'signal') ? withSignal(recorder) : recorder;
    return opened;
  }
}

/** Listens to SIGUSR1 until it is closed. (Where nobody listens, Node opens its debugger for it.) */
function withSignal(recorder: TriggerRecorder): TriggerRecorder {
  const onSignal = (): void => recorder.fire('signal: SIGUSR1');
  process.on('SIGUSR1', onSignal);
  return {
    ...recorder,
    close() {
      process.off('SIGUSR1', onSignal);
      return recorder.close();
    },
  };
}
