import { NS_PER_MS, type MeasurementKind, type StreamDescriptor, type StreamId } from '../frame/index.ts';
import type { Aligner, AlignerOutput } from './aligner.ts';
import { createApproximateAligner, intervalOf } from './approximate.ts';
import { defaultHow, type AlignConfig } from './config.ts';
import { createPivotAligner } from './pivot.ts';

export type { Aligner, AlignerOutput, AlignReason } from './aligner.ts';
export { schema as alignSchema, type AlignConfig, type PartConfig, type PartHow } from './config.ts';

/** An aligner, and which streams it takes: frames of others are not for it. */
export interface Alignment {
  readonly aligner: Aligner;
  readonly streams: ReadonlySet<StreamId>;
  /** Stream that sets are built around; `undefined` where the policy has none. */
  readonly pivot: StreamId | undefined;
}

/**
 * Makes the aligner that the configuration asks for.
 * @param available streams of sensors, without references
 * @returns `undefined` when there are fewer than two streams: nothing to align
 */
export function createAlignment(
  config: AlignConfig,
  available: readonly StreamDescriptor[],
  output: AlignerOutput,
): Alignment | undefined {
  const named = Object.keys(config.streams);
  const streams = named.length === 0 ? available : available.filter((stream) => named.includes(stream.id));
  if (streams.length < 2) return undefined;
  const ids = new Set(streams.map((stream) => stream.id));
  if (config.policy === 'approximate') {
    const { queueSize, agePenalty } = config;
    const maxInterval = intervalOf(config.maxIntervalMs);
    const aligner = createApproximateAligner({ streams: [...ids], queueSize, agePenalty, maxInterval }, output);
    return { aligner, streams: ids, pivot: undefined };
  }
  const pivot = config.pivot ?? choosePivot(streams).id;
  const others = streams.filter((stream) => stream.id !== pivot);
  const aligner = createPivotAligner(
    {
      pivot,
      parts: new Map(others.map(({ id, kind }) => [id, config.streams[id]?.how ?? defaultHow(kind)])),
      tolerance: config.toleranceMs * NS_PER_MS,
      lateness: config.latenessMs * NS_PER_MS,
      reorder: config.reorderMs * NS_PER_MS,
      queueSize: config.queueSize,
    },
    output,
  );
  return { aligner, streams: ids, pivot };
}

/** Kinds that look at the world around the robot: what one usually wants the other senses brought to. */
const EXTEROCEPTIVE: readonly MeasurementKind[] = ['image', 'cloud', 'scan'];

function choosePivot(streams: readonly StreamDescriptor[]): StreamDescriptor {
  const looking = streams.filter((stream) => EXTEROCEPTIVE.includes(stream.kind));
  const candidates = looking.length > 0 ? looking : streams;
  const rate = (stream: StreamDescriptor): number => stream.nominalRate ?? Infinity;
  return candidates.reduce((slowest, stream) => (rate(stream) < rate(slowest) ? stream : slowest));
}
