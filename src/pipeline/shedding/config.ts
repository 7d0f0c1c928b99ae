import { listOf, numberIn, text, type SchemaTree } from '../../contract/index.ts';
import type { MeasurementKind } from '../../frame/index.ts';

/** The section `shedding`. */
export interface SheddingConfig {
  /** `models`, kinds of measurement or streams, the first to go first. */
  readonly order: readonly string[];
  readonly busy: number;
  readonly recording: number;
  readonly memory: number;
  readonly afterSeconds: number;
  readonly calmSeconds: number;
}

/** Which kinds may be given up. Those that the pose hangs on never are. */
const MAY_BE_SHED: Readonly<Record<MeasurementKind, boolean>> = {
  imu: false,
  magneticField: false,
  odometry: false,
  fix: false,
  pose: false,
  twist: false,
  scan: true,
  cloud: true,
  image: true,
  depth: true,
  audio: true,
  range: true,
  scalar: true,
  text: true,
  scene: true,
};

/** Whether frames of this kind may be given up; `undefined` for what is no kind. */
export function mayBeShed(kind: string): boolean | undefined {
  return (MAY_BE_SHED as Readonly<Record<string, boolean | undefined>>)[kind];
}

const share = (of: string, tooSmall: string, standard: number) => ({
  doc: `${of}, 0..1, from which on it is too much. Too small: ${tooSmall}; too large: nothing is given up before it is too late.`,
  format: numberIn(0.05, 1),
  default: standard,
});

export const schema: SchemaTree = {
  order: {
    doc:
      'What is given up when the daemon cannot keep up, the first to go first: `models` (nothing is asked of them), kinds of ' +
      'measurement (`image`, `depth`, `cloud`, `scan`, `audio`, …) or single streams. It is still received and recorded, but not aligned ' +
      'or looked at, and counted as `shed`. What the pose hangs on (IMU, odometry, magnetic field, fixes, poses) is never given up.',
    format: listOf(text(/^\S+$/, '`models`, a kind of measurement or a stream')),
    default: ['models', 'image', 'depth', 'cloud', 'audio'],
  },
  busy: share('Share of the time that the daemon’s thread is at work', 'it gives up what it could well do', 0.9),
  recording: share('Share of what may wait for the disk that waits', 'a disk that hesitates costs frames', 0.5),
  memory: share('Share of the payloads’ memory that is held', 'frames that wait for partners cost others', 0.9),
  afterSeconds: {
    doc: 'Time for which it must be too much before the next one is given up, s. Too small: a hiccup costs frames; too large: controllers wait.',
    format: numberIn(0, 60),
    default: 0.5,
  },
  calmSeconds: {
    doc: 'Time for which it must be well below before one is taken up again, s. Too small: to and fro; too large: frames are missed.',
    format: numberIn(0, 600),
    default: 3,
  },
};
