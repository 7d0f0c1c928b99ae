import { integerIn, mapOf, numberIn, oneOf, optional, text, type SchemaTree } from '../contract/index.ts';
import type { MeasurementKind, StreamId } from '../frame/index.ts';

/** How a stream takes part in the sets of the pivot policy. */
export type PartHow = 'nearest' | 'interpolated' | 'window';

/** One stream's part. */
export interface PartConfig {
  readonly how?: PartHow;
}

/** The section `align`. */
export interface AlignConfig {
  readonly policy: 'pivot' | 'approximate';
  readonly pivot?: StreamId;
  readonly toleranceMs: number;
  readonly latenessMs: number;
  readonly reorderMs: number;
  readonly queueSize: number;
  readonly agePenalty: number;
  readonly maxIntervalMs?: number;
  readonly streams: Readonly<Record<StreamId, PartConfig>>;
}

/** Part of a stream whose configuration does not say: all of a fast vector, the blend of a pose, else the nearest. */
export function defaultHow(kind: MeasurementKind): PartHow {
  if (kind === 'imu') return 'window';
  return kind === 'odometry' ? 'interpolated' : 'nearest';
}

/** Schema of the section `align`. */
export const schema = {
  policy: {
    doc:
      '`pivot`: a set at every frame of one stream, the others brought to its time. `approximate`: the ApproximateTime ' +
      'algorithm of ROS message_filters: sets of one frame a stream with the smallest spread.',
    format: oneOf('pivot', 'approximate'),
    default: 'pivot',
  },
  pivot: {
    doc: 'Stream that sets are built around. Unset: the slowest camera, cloud or scan; the slowest stream where there is none.',
    format: optional(text()),
    default: undefined,
  },
  toleranceMs: {
    doc:
      'Pivot policy: largest distance in ms between the pivot and a nearest or interpolated frame. Too small: sets miss ' +
      'slow streams; too large: sets hold stale frames.',
    format: numberIn(0, 60_000),
    default: 50,
  },
  latenessMs: {
    doc:
      'Pivot policy: how long in ms after the pivot’s arrival a set waits for the others. Too small: late streams are ' +
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
      'Frames held of each stream. Pivot policy: at least one pivot period and the lateness of the fastest stream. ' +
      'Approximate: as in ROS. Too small: frames are dropped before their set forms; too large: memory.',
    format: integerIn(1, 100_000),
    default: 400,
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
  streams: {
    doc: 'Which streams are aligned and how, by name: `imu: { how: window }`. Empty: every sensor stream.',
    format: mapOf({
      how: {
        doc: 'Pivot policy: `nearest`, `interpolated` or `window` (all frames since the pivot before). Unset: by kind.',
        format: optional(oneOf('nearest', 'interpolated', 'window')),
        default: undefined,
      },
    }),
    default: {},
  },
} satisfies SchemaTree;
