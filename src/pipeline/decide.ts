import type { EffectOutcome, EffectRequest, HeadShape } from '../contract/index.ts';
import type { Frame, InputNumber, Stamp, StreamDescriptor, StreamId } from '../frame/index.ts';
import { Decider, type DeciderCounters, type Decision, type HeadConfig, type Swapped } from '../fusion/index.ts';
import { createExtractor, FeatureWindows, type FeatureWindow } from '../perception/index.ts';

/** A head, as it is told about. */
export interface ToldHead {
  readonly head: string;
  readonly model: () => string | undefined;
  readonly counters: () => DeciderCounters;
  /** Frames that came after their step was over, by stream. */
  readonly late: () => Readonly<Record<StreamId, number>>;
}

/** The stage of the fusion heads: their windows, and who decides about them. */
export interface Decisions {
  readonly heads: readonly ToldHead[];
  /** Streams that a head takes, whether they are there or not. */
  readonly streams: ReadonlySet<StreamId>;
  /** Streams that are masked because of a command. */
  readonly unplugged: ReadonlySet<StreamId>;
  /** Hands a frame to the heads of its stream. @returns whether there is one */
  take(frame: Frame): boolean;
  /** Cuts the windows that are complete. @param asks false: nothing is asked, there is no time for it */
  tick(now: Stamp, asks: boolean): void;
  /** @returns whether the answer was to a question of this stage */
  answer(id: string, outcome: EffectOutcome): boolean;
  unplug(stream: StreamId): void;
  plug(stream: StreamId): void;
  /** Another model is to decide. @returns false: there is no such head */
  use(head: string, model: string, input: InputNumber, now: Stamp, done: (swapped: Swapped) => void): boolean;
}

/** Who is told of windows and decisions. */
export interface DecisionListeners {
  readonly decided: (decision: Decision) => void;
  /** Sees each window before it is asked about. */
  readonly window?: (head: string, window: FeatureWindow) => void;
}

interface Stage {
  readonly name: string;
  readonly windows: FeatureWindows;
  readonly decider: Decider;
}

/** Makes the stage. Streams that are not there, or of a kind that no head takes, are left out: their part is masked. */
export function createDecisions(
  heads: Readonly<Record<string, HeadConfig>>,
  streams: readonly StreamDescriptor[],
  request: ((request: EffectRequest) => void) | undefined,
  { decided, window: seen }: DecisionListeners,
): Decisions {
  const stages = Object.entries(heads).map(([name, config]): Stage => {
    const windows = windowsOfHead(config, streams);
    const shape = shapeOf(config, windows);
    return { name, windows, decider: new Decider(name, config, shape, request ?? (() => undefined), decided) };
  });
  const unplugged = new Set<StreamId>();
  const isPlugged = (stream: StreamId): boolean => !unplugged.has(stream);

  function tickOne({ name, windows, decider }: Stage, now: Stamp, asks: boolean): void {
    decider.tick(now);
    windows.tick(now, isPlugged, (window) => {
      seen?.(name, window);
      if (asks) decider.take(window, unplugged, now);
    });
  }

  return {
    heads: stages.map(({ name, windows, decider }) => ({
      head: name,
      model: () => decider.model,
      counters: () => decider.counters(),
      late: () => windows.late(),
    })),
    streams: new Set(Object.values(heads).flatMap((head) => head.streams)),
    unplugged,
    take(frame) {
      let isTaken = false;
      for (const { windows } of stages) if (windows.take(frame)) isTaken = true;
      return isTaken;
    },
    tick(now, asks) {
      for (const stage of stages) tickOne(stage, now, asks);
    },
    answer: (id, outcome) => stages.some(({ decider }) => decider.answer(id, outcome)),
    unplug: (stream) => void unplugged.add(stream),
    plug: (stream) => void unplugged.delete(stream),
    use(head, model, input, now, done) {
      const stage = stages.find(({ name }) => name === head);
      stage?.decider.use(model, input, now, done);
      return stage !== undefined;
    },
  };
}

/** What windows each head is given, by name. */
export function headShapes(
  heads: Readonly<Record<string, HeadConfig>>,
  streams: readonly StreamDescriptor[],
): Record<string, HeadShape> {
  return Object.fromEntries(
    Object.entries(heads).map(([name, config]) => [name, shapeOf(config, windowsOfHead(config, streams))]),
  );
}

function shapeOf({ stepMs }: HeadConfig, { steps, dims }: FeatureWindows): HeadShape {
  return { stepMs, steps, dims: Object.fromEntries(dims) };
}

/** The windows of a head over those of its streams that are there. */
function windowsOfHead(config: HeadConfig, streams: readonly StreamDescriptor[]): FeatureWindows {
  return new FeatureWindows(
    config,
    new Map(
      config.streams.flatMap((id) => {
        const kind = streams.find((stream) => stream.id === id && stream.role === 'sensor')?.kind;
        const extractor = kind === undefined ? undefined : createExtractor(kind);
        return extractor === undefined ? [] : [[id, extractor] as const];
      }),
    ),
  );
}
