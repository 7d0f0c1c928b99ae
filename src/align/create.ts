import { NS_PER_MS, type MeasurementKind, type StreamDescriptor, type StreamId } from '../frame/index.ts';
import type { Aligner, AlignerOutput } from './aligner.ts';
import { ApproximateAligner } from './approximate.ts';
import { BoundedAligner } from './bounded.ts';
import { defaultHow, type AlignConfig } from './config.ts';
import { EpsilonAligner } from './epsilon.ts';
import { ExactAligner } from './exact.ts';
import { LatestAligner } from './latest.ts';
import { PivotAligner, type PartOptions } from './pivot.ts';
import { SlopAligner } from './slop.ts';

/** An aligner, and which streams it takes: frames of others are not for it. */
export interface Alignment {
  readonly aligner: BoundedAligner;
  /** Place of each stream, as the aligner's functions want it. */
  readonly places: ReadonlyMap<StreamId, number>;
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
  const streams = alignedStreams(config, available);
  if (streams.length < 2) return undefined;
  const pivot = config.policy === 'pivot' ? (config.pivot ?? choosePivot(streams).id) : undefined;
  const heavy = streams.map(({ kind }) => HEAVY.includes(kind));
  const aligner = new BoundedAligner(createPolicy(config, streams, pivot, heavy, output), {
    heavy,
    maxAge: config.maxAgeMs * NS_PER_MS,
    maxBytes: config.maxMegabytes * 2 ** 20,
  });
  return { aligner, places: new Map(streams.map(({ id }, place) => [id, place])), pivot };
}

/** The streams that are aligned: those that the configuration lists, or all. */
export function alignedStreams(config: AlignConfig, available: readonly StreamDescriptor[]): StreamDescriptor[] {
  const named = Object.keys(config.streams);
  return available.filter(({ id, kind }) => (named.length === 0 ? !UNALIGNED.includes(kind) : named.includes(id)));
}

function createPolicy(
  config: AlignConfig,
  streams: readonly StreamDescriptor[],
  pivot: StreamId | undefined,
  heavy: readonly boolean[],
  output: AlignerOutput,
): Aligner {
  const { queueSize } = config;
  const ids = streams.map(({ id }) => id);
  switch (config.policy) {
    case 'pivot':
      return new PivotAligner(
        {
          streams: streams.map(({ id }, place) =>
            id === pivot ? 'pivot' : partOf(config, streams[place], heavy[place]),
          ),
          isPivotHeavy: heavy[ids.indexOf(pivot ?? '')],
          lateness: config.latenessMs * NS_PER_MS,
          reorder: config.reorderMs * NS_PER_MS,
          queueSize,
        },
        output,
      );
    case 'approximate':
      return new ApproximateAligner(
        {
          streams: ids,
          heavy,
          queueSize,
          agePenalty: config.agePenalty,
          maxInterval: config.maxIntervalMs === undefined ? undefined : config.maxIntervalMs * NS_PER_MS,
          lowerBounds: ids.map((id) => (config.streams[id]?.minPeriodMs ?? 0) * NS_PER_MS),
        },
        output,
      );
    case 'exact':
      return new ExactAligner({ streams: ids, heavy, queueSize }, output);
    case 'epsilon':
      return new EpsilonAligner({ streams: ids, heavy, queueSize, epsilon: config.epsilonMs * NS_PER_MS }, output);
    case 'latest':
      return new LatestAligner({ streams: ids, heavy, ...config.latest }, output);
    case 'slop':
      return new SlopAligner({ streams: ids, heavy, queueSize, slop: config.slopMs * NS_PER_MS }, output);
  }
}

/** Periods that a held value is good for. */
const HELD_PERIODS = 1.5;

function partOf(config: AlignConfig, { id, kind, nominalRate }: StreamDescriptor, isHeavy: boolean): PartOptions {
  const its = config.streams[id];
  const how = its?.how ?? defaultHow(kind);
  const periodMs = nominalRate === undefined ? 0 : 1000 / nominalRate;
  const usual = how === 'held' ? Math.max(config.toleranceMs, HELD_PERIODS * periodMs) : config.toleranceMs;
  return {
    stream: id,
    isHeavy,
    how,
    tolerance: (its?.toleranceMs ?? usual) * NS_PER_MS,
    isRequired: its?.need === 'required',
    // Its next frame cannot be expected within the lateness: waiting would only delay every set.
    isAwaited: periodMs <= config.latenessMs,
  };
}

/** Kinds that come when something happens: aligned only where they are listed. */
const UNALIGNED: readonly MeasurementKind[] = ['text'];
/** Kinds whose payloads are large. */
const HEAVY: readonly MeasurementKind[] = ['image', 'depth', 'cloud', 'scan', 'audio'];
/** Kinds that look at the world around the robot: what one usually wants the other senses brought to. */
const EXTEROCEPTIVE: readonly MeasurementKind[] = ['image', 'depth', 'cloud', 'scan'];

function choosePivot(streams: readonly StreamDescriptor[]): StreamDescriptor {
  const looking = streams.filter((stream) => EXTEROCEPTIVE.includes(stream.kind));
  const candidates = looking.length > 0 ? looking : streams;
  const rate = (stream: StreamDescriptor): number => stream.nominalRate ?? Infinity;
  return candidates.reduce((slowest, stream) => (rate(stream) < rate(slowest) ? stream : slowest));
}
