import { integerIn, mapOf, numberIn, oneOf, optional, text, type SchemaTree } from '../contract/index.ts';
import type { MeasurementKind, StreamId } from '../frame/index.ts';

/** The policies, by the names that the configuration knows them by. */
export const POLICIES = ['pivot', 'approximate', 'exact', 'epsilon', 'latest', 'slop'] as const;

/** A name of {@link POLICIES}. */
export type PolicyName = (typeof POLICIES)[number];

/** How a stream takes part in the sets of the pivot policy. */
export type PartHow = 'nearest' | 'interpolated' | 'held' | 'window';

/** One stream's part. */
export interface PartConfig {
  readonly how?: PartHow;
  readonly need: 'optional' | 'required';
  readonly toleranceMs?: number;
  readonly minPeriodMs: number;
}

/** The section `align`. */
export interface AlignConfig {
  readonly policy: PolicyName;
  readonly pivot?: StreamId;
  readonly toleranceMs: number;
  readonly latenessMs: number;
  readonly reorderMs: number;
  readonly queueSize: number;
  readonly maxAgeMs: number;
  readonly maxMegabytes: number;
  readonly agePenalty: number;
  readonly maxIntervalMs?: number;
  readonly epsilonMs: number;
  readonly slopMs: number;
  readonly latest: { readonly rateAlpha: number; readonly errorAlpha: number; readonly margin: number };
  readonly streams: Readonly<Record<StreamId, PartConfig>>;
}

/**
 * Part of a stream whose configuration does not say: all of a fast vector, the blend of a pose, the latest of what changes
 * slowly, else the nearest.
 */
export function defaultHow(kind: MeasurementKind): PartHow {
  if (kind === 'imu' || kind === 'audio' || kind === 'text') return 'window';
  if (kind === 'fix' || kind === 'scalar') return 'held';
  return kind === 'odometry' ? 'interpolated' : 'nearest';
}

/** Schema of the section `align`. */
export const schema = {
  policy: {
    doc:
      'How sets are formed. `pivot`: a set at every frame of one stream, the others brought to its time. The others as in ' +
      'ROS message_filters: `approximate` (ApproximateTime: sets of one frame a stream with the smallest spread), `exact` ' +
      '(equal stamps), `epsilon` (ApproximateEpsilonTime: the oldest frames, where they lie close enough), `latest` ' +
      '(LatestTime: the newest of every stream whenever the fastest gives a frame), `slop` (as in Python: the first ' +
      'combination that lies close enough).',
    format: oneOf(...POLICIES),
    default: 'pivot',
  },
  pivot: {
    doc: 'Stream that sets are built around. Unset: the slowest camera, cloud or scan; the slowest stream where there is none.',
    format: optional(text()),
    default: undefined,
  },
  toleranceMs: {
    doc:
      'Pivot policy: largest distance in ms between the pivot and a nearest, held or interpolated frame. Too small: sets ' +
      'miss slow streams; too large: sets hold stale frames.',
    format: numberIn(0, 60_000),
    default: 50,
  },
  latenessMs: {
    doc:
      'Pivot policy: how long in ms after the pivot’s arrival a set waits for the others, but for streams whose period is longer. Too small: late streams are ' +
      'missing; too large: sets come late whenever a stream is silent.',
    format: numberIn(0, 60_000),
    default: 100,
  },
  reorderMs: {
    doc:
      'Pivot policy: how far in ms the frames of one stream may come out of order. Too small: a set goes out without a ' +
      'frame that was overtaken; too large: every set waits this much longer (at most `latenessMs`).',
    format: numberIn(0, 60_000),
    default: 0,
  },
  queueSize: {
    doc:
      'Frames held of each stream (exact: different stamps held). Pivot policy: at least one pivot period and the lateness ' +
      'of the fastest stream. The others: as in ROS. Too small: frames are dropped before their set forms; too large: memory.',
    format: integerIn(1, 100_000),
    default: 400,
  },
  maxAgeMs: {
    doc:
      'How long in ms a frame is held at the most. Too small: slow streams lose their partners; too large: what a silent ' +
      'stream leaves waiting keeps its memory.',
    format: numberIn(1, 3_600_000),
    default: 10_000,
  },
  maxMegabytes: {
    doc:
      'MiB of pictures, clouds and scans held at the most; beyond it the oldest goes. Too small: large frames are dropped ' +
      'before their set forms; too large: memory.',
    format: numberIn(1, 65_536),
    default: 256,
  },
  agePenalty: {
    doc: 'Approximate policy: how much smaller a later set’s spread must be to be preferred. 0: any; large: the first set is taken.',
    format: numberIn(0, 1000),
    default: 0.1,
  },
  maxIntervalMs: {
    doc: 'Approximate policy: largest spread of a set in ms. Unset: any.',
    format: optional(numberIn(0, 3_600_000)),
    default: undefined,
  },
  epsilonMs: {
    doc: 'Epsilon policy: largest spread of a set in ms. Too small: no set; too large: sets of frames that do not belong together.',
    format: numberIn(0, 60_000),
    default: 20,
  },
  slopMs: {
    doc: 'Slop policy: the spread of a set in ms is less than this. Too small: no set; too large: the first that fits is far off.',
    format: numberIn(0, 60_000),
    default: 20,
  },
  latest: {
    rateAlpha: {
      doc: 'Latest policy: weight of the newest period in a stream’s rate. Small: smooth but slow; 1: the newest period alone.',
      format: numberIn(0, 1),
      default: 0.9,
    },
    errorAlpha: {
      doc: 'Latest policy: weight of the newest error in the mean error of a stream’s rate.',
      format: numberIn(0, 1),
      default: 0.3,
    },
    margin: {
      doc:
        'Latest policy: mean errors by which a rate may be off. Too small: a stream that jitters is taken for late, and ' +
        'another leads; too large: no sets for a while when the fastest stream stops.',
      format: numberIn(0, 1000),
      default: 10,
    },
  },
  streams: {
    doc: 'Which streams are aligned and how, by name: `imu: { how: window }`. Empty: every sensor stream but words.',
    format: mapOf({
      how: {
        doc:
          'Pivot policy: `nearest`, `interpolated` (between two frames; orientations along the great arc), `held` (the latest ' +
          'before the pivot) or `window` (all frames since the pivot before). Unset: by kind.',
        format: optional(oneOf('nearest', 'interpolated', 'held', 'window')),
        default: undefined,
      },
      need: {
        doc: 'Pivot policy: whether a set may go out without the stream (`optional`, the set says so) or not (`required`).',
        format: oneOf('optional', 'required'),
        default: 'optional',
      },
      toleranceMs: {
        doc:
          'Pivot policy: `align.toleranceMs` for this stream alone. Unset: as there; for a held stream at least one and a half ' +
          'of its periods.',
        format: optional(numberIn(0, 3_600_000)),
        default: undefined,
      },
      minPeriodMs: {
        doc:
          'Approximate policy: the least time in ms between two frames of the stream. Larger lets sets go out earlier; larger ' +
          'than the truth gives sets that are not the best.',
        format: numberIn(0, 3_600_000),
        default: 0,
      },
    }),
    default: {},
  },
} satisfies SchemaTree;
