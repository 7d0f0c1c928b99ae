import { flag, listOf, mapOf, numberIn, oneOf, optional, text, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';

/** Fields of a localiser's pose that the pose filter may use. */
export type PositionField = 'position' | 'orientation';

/** The section `fusion.pose.fix`. */
export interface FixConfig {
  readonly stream?: StreamId;
  readonly velocity?: StreamId;
  readonly useAltitude: boolean;
  readonly noise: number;
  readonly drift: number;
  readonly driftSeconds: number;
  readonly latency: number;
  readonly latencyDeviation: number;
}

/** The section `fusion.pose.range`. */
export interface RangeConfig {
  readonly stream?: StreamId;
  readonly noise: number;
  readonly scale: number;
  readonly bias: number;
  readonly biasSeconds: number;
  /** Where anchors stand in the map, m. */
  readonly anchors: Readonly<Record<string, { readonly x: number; readonly y: number; readonly z: number }>>;
  /** Where the base is in the map when the filter starts, m and rad. */
  readonly start: { readonly x: number; readonly y: number; readonly z: number; readonly yaw: number };
}

/** The section `fusion.pose.position`. */
export interface PositionConfig {
  readonly stream?: StreamId;
  readonly use: readonly PositionField[];
  readonly positionNoise: number;
  readonly orientationNoise: number;
}

/** A stream that a filter takes. */
export const stream = (what: string) => ({
  doc: `Stream of ${what}. Unset: the first of that kind.`,
  format: optional(text()),
  default: undefined,
});

/** The parts of the section `fusion.pose` that tell where the robot is in the map. */
export const placesSchema = {
  fix: {
    stream: stream('satellite fixes'),
    velocity: {
      doc: 'Stream of the receiver’s velocity east and north. Unset: the first twist in a frame named enu.',
      format: optional(text()),
      default: undefined,
    },
    useAltitude: {
      doc: 'Whether fixes correct the height too. Where wheels roll on ground that is not level, only they know it.',
      format: flag(),
      default: false,
    },
    noise: {
      doc:
        'Noise of a fix from one to the next where it states none, m (standard deviation, east and north; up twice ' +
        'that). Too small: the pose jerks after every fix; too large: it wanders with the wheels.',
      format: numberIn(1e-3, 100),
      default: 0.5,
    },
    drift: {
      doc:
        'Error of fixes that lasts (satellites, air), m (standard deviation). Too small: the covariance shrinks with ' +
        'every fix as if it were not there; too large: a pose in the map is never sure.',
      format: numberIn(0, 100),
      default: 1,
    },
    driftSeconds: {
      doc: 'Time over which that error stays alike, s. Too small: it counts as noise and is averaged away.',
      format: numberIn(1, 1e5),
      default: 300,
    },
    latency: {
      doc:
        'How late fixes are before anything is known of it, s: receivers filter, compute and send for 0.05 to 0.2 s. ' +
        'The filter finds the rest against the wheels where the speed changes.',
      format: numberIn(0, 1),
      default: 0.1,
    },
    latencyDeviation: {
      doc: 'How well that is known, s (standard deviation). 0: exactly. Too large: it takes longer until it is found.',
      format: numberIn(0, 1),
      default: 0.03,
    },
  },
  range: {
    stream: stream('ranges to anchors'),
    noise: {
      doc:
        'Least noise of a range, m (standard deviation). Too small: the pose jerks after every range; too large: it ' +
        'drifts with the wheels.',
      format: numberIn(1e-4, 100),
      default: 0.3,
    },
    scale: {
      doc:
        'Error of all ranges in proportion to their length (clocks, what they go through), as a share (standard ' +
        'deviation). 0: none is estimated. Too small: far anchors draw the pose away; too large: as bias.',
      format: numberIn(0, 1),
      default: 0.01,
    },
    bias: {
      doc:
        'Error of the ranges to one anchor that lasts (antenna delay, obstacles), m (standard deviation). Too small: ' +
        'it draws the pose away; too large: much must be driven before ranges say where.',
      format: numberIn(0, 100),
      default: 0.5,
    },
    biasSeconds: {
      doc: 'Time over which that error stays alike, s. Too small: it follows noise; too large: it does not follow a change.',
      format: numberIn(1, 1e6),
      default: 600,
    },
    anchors: {
      doc: 'Where the anchors stand in the map, by the names that ranges bear; m. Ranges to others are dropped.',
      format: mapOf({
        x: { doc: 'Where the anchor stands along x in the map, m.', format: numberIn(-1e6, 1e6), default: 0 },
        y: { doc: 'Where the anchor stands along y in the map, m.', format: numberIn(-1e6, 1e6), default: 0 },
        z: { doc: 'Where the anchor stands along z in the map, m.', format: numberIn(-1e6, 1e6), default: 0 },
      }),
      default: {},
    },
    start: {
      x: {
        doc: 'Where the base is in the map at the start, m, when ranges tell its place.',
        format: numberIn(-1e6, 1e6),
        default: 0,
      },
      y: { doc: 'As x, along its own axis, m.', format: numberIn(-1e6, 1e6), default: 0 },
      z: { doc: 'As x, along its own axis, m.', format: numberIn(-1e6, 1e6), default: 0 },
      yaw: { doc: 'Heading in the map at the start, rad.', format: numberIn(-7, 7), default: 0 },
    },
  },
  position: {
    stream: stream('the pose from a localiser (a motion capture system, a map matcher)'),
    use: {
      doc: 'What of it to use: position, orientation.',
      format: listOf(oneOf('position', 'orientation')),
      default: ['position', 'orientation'],
    },
    positionNoise: {
      doc: 'Least noise of its position, m (standard deviation a axis). Too small: the pose jerks; too large: it drifts.',
      format: numberIn(1e-5, 100),
      default: 0.05,
    },
    orientationNoise: {
      doc: 'Least noise of its orientation, rad (standard deviation). Too small: the heading jerks; too large: it drifts.',
      format: numberIn(1e-5, 10),
      default: 0.02,
    },
  },
} satisfies SchemaTree;
