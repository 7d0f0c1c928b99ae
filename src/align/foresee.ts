import type { Ticket } from '../contract/index.ts';
import {
  NS_PER_MS,
  NS_PER_SECOND,
  stampOf,
  type Frame,
  type InputNumber,
  type MeasurementKind,
  type StreamDescriptor,
} from '../frame/index.ts';
import { DROP } from './aligner.ts';
import type { AlignConfig } from './config.ts';
import { alignedStreams, createAlignment } from './create.ts';

/** What will go wrong with a configuration, found before it does. */
export interface Foresight {
  /** `impossible`: no whole set can form, whenever frames come. `doubtful`: none or few will, as frames usually come. */
  readonly severity: 'impossible' | 'doubtful';
  /** Key of the section `align` that is to blame. */
  readonly key: 'queueSize' | 'toleranceMs' | 'maxIntervalMs' | 'epsilonMs' | 'slopMs' | 'latenessMs';
  readonly what: string;
}

/** What came of a trial. */
interface Trial {
  /** Sets with every stream, none of them short of a frame that the queue had no room for. */
  readonly whole: number;
  /** Sets that should have come. */
  readonly possible: number;
}

/** Kinds that take a period to make: stamped at the first ray, received after the last. */
const SWEEPING: readonly MeasurementKind[] = ['scan', 'cloud'];
/** Periods of the slowest stream that a trial lasts, as far as {@link MOST_FRAMES} allow. */
const PERIODS = 24;
const MOST_FRAMES = 20_000;
/** Less than this share of what is possible is worth a word. */
const DOUBTFUL_SHARE = 0.9;
/** Largest queue, interval and the like that are tried. */
const LARGEST_QUEUE = 16_384;
const LARGEST_MS = 60_000;

/**
 * Foresees from the streams' rates whether sets can form, by letting the configured policy itself run over ideal streams:
 * frames at their rates, each stream with a phase of its own, those of a sweep (stamped at its beginning) received a period
 * later. Where nothing can come of it, the least value that would do is searched for.
 *
 * @param streams of sensors; nothing is foreseen unless all aligned ones have a nominal rate
 */
export function foresee(config: AlignConfig, streams: readonly StreamDescriptor[]): Foresight | undefined {
  const aligned = alignedStreams(config, streams);
  if (aligned.length < 2 || aligned.some(({ nominalRate }) => !(nominalRate !== undefined && nominalRate > 0))) {
    return undefined;
  }
  const isTogether = config.policy === 'exact';
  const frames = idealFrames(aligned, isTogether, true);
  const now = attempt(config, aligned, frames);
  const share = now.whole / now.possible;
  if (share >= DOUBTFUL_SHARE) return undefined;
  const isImpossible = share === 0 && attempt(config, aligned, idealFrames(aligned, isTogether, false)).whole === 0;
  const severity = isImpossible ? 'impossible' : 'doubtful';
  const sweeping = isImpossible ? undefined : aligned.find(({ kind }) => SWEEPING.includes(kind));
  const because = sweeping === undefined ? '' : ` where ${sweeping.id} comes a period after its stamp`;
  for (const { key, unit, largest } of KEYS) {
    const value = config[key];
    if (value === undefined) continue;
    const works = (least: number): boolean => {
      const { whole, possible } = attempt({ ...config, [key]: least }, aligned, frames);
      return whole / possible >= DOUBTFUL_SHARE;
    };
    const least = leastThat(works, value, largest);
    if (least === undefined) continue;
    const rates = `for ${ratesText(aligned)}`;
    return {
      severity,
      key,
      what: `${value}${unit} is too small ${rates}: ${resultOf(key, share)}${because}; ${least}${unit} is the least`,
    };
  }
  return undefined;
}

/** Jitter may carry a frame over an interval's edge now and then; over a queue's it does not. */
function resultOf(key: Foresight['key'], share: number): string {
  if (share === 0) return key === 'queueSize' ? 'no set can ever form' : 'hardly any set can form';
  return `only ${(100 * share).toFixed(0)} % of the sets can form`;
}

/** The keys that can be to blame, in the order in which they are tried. */
const KEYS = [
  { key: 'queueSize', unit: '', largest: LARGEST_QUEUE },
  { key: 'toleranceMs', unit: ' ms', largest: LARGEST_MS },
  { key: 'latenessMs', unit: ' ms', largest: LARGEST_MS },
  { key: 'maxIntervalMs', unit: ' ms', largest: LARGEST_MS },
  { key: 'epsilonMs', unit: ' ms', largest: LARGEST_MS },
  { key: 'slopMs', unit: ' ms', largest: LARGEST_MS },
] as const;

/** The least whole number above `value` with which it works; `undefined` when not even the largest does. */
function leastThat(works: (value: number) => boolean, value: number, largest: number): number | undefined {
  let low = Math.floor(value);
  let high = low + 1;
  while (!works(high)) {
    if (high >= largest) return undefined;
    low = high;
    high = Math.min(largest, 2 * high);
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (works(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The fastest stream against the slowest. */
function ratesText(streams: readonly StreamDescriptor[]): string {
  const byRate = [...streams].sort((a, b) => rateOf(b) - rateOf(a));
  const [fast, slow] = [byRate[0], byRate[byRate.length - 1]];
  const hz = (stream: StreamDescriptor): string => `${stream.id} at ${Number(rateOf(stream).toPrecision(3))} Hz`;
  return `${hz(fast)} against ${hz(slow)}`;
}

const rateOf = ({ nominalRate = 0 }: StreamDescriptor): number => nominalRate;

/** Frames of ideal streams in order of arrival. */
function idealFrames(streams: readonly StreamDescriptor[], isTogether: boolean, isSweeping: boolean): Frame[] {
  const total = streams.reduce((sum, stream) => sum + rateOf(stream), 0);
  const slowest = Math.min(...streams.map(rateOf));
  const seconds = Math.max(3 / slowest, Math.min(PERIODS / slowest, MOST_FRAMES / total));
  const frames = streams.flatMap((stream, i) => {
    const period = NS_PER_SECOND / rateOf(stream);
    // Multiples of the golden ratio spread phases as evenly as can be.
    const phase = isTogether ? 0 : ((i * 0.618034) % 1) * period;
    const latency = isSweeping && SWEEPING.includes(stream.kind) ? period : 0;
    return Array.from({ length: Math.floor((seconds * NS_PER_SECOND) / period) }, (_, n): Frame => {
      const stamp = Math.round(phase + n * period);
      return {
        input: 0 as InputNumber,
        stream: stream.id,
        frameId: stream.frameId,
        stamp: stampOf(stamp),
        deviation: 0,
        received: stampOf(stamp + latency),
        measurement: { kind: 'magneticField', field: [0, 0, 0] },
      };
    });
  });
  return frames.sort((a, b) => a.received - b.received);
}

function attempt(config: AlignConfig, streams: readonly StreamDescriptor[], frames: readonly Frame[]): Trial {
  /** A frame was pushed out since the last set: the next one is short of it. */
  let pushedOut = false;
  let whole = 0;
  const alignment = createAlignment(config, streams, {
    set(set) {
      if (set.missing.length === 0 && !pushedOut) whole += 1;
      pushedOut = false;
    },
    used: () => undefined,
    dropped(_, reason) {
      // Only the pivot policy's windows want every frame.
      if (reason === DROP.queueFull && config.policy === 'pivot') pushedOut = true;
    },
  });
  if (alignment === undefined) return { whole: 1, possible: 1 };
  const tick = 10 * NS_PER_MS;
  let nextTick = 0;
  frames.forEach((frame, i) => {
    for (; nextTick <= frame.received; nextTick += tick) alignment.aligner.tick(stampOf(nextTick));
    alignment.aligner.add(alignment.places.get(frame.stream) ?? 0, frame, i as Ticket, frame.received);
  });
  const counts = streams.map(({ id }) => frames.filter(({ stream }) => stream === id).length);
  const leading =
    alignment.pivot === undefined ? Math.min(...counts) : counts[alignment.places.get(alignment.pivot) ?? 0];
  // The first and last ones have partners that lie before the beginning and after the end.
  return { whole, possible: Math.max(1, leading - 3) };
}
