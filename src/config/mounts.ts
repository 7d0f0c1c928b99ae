import {
  FormatError,
  listOf,
  mapOf,
  numberIn,
  optional,
  showValue,
  type Format,
  type SchemaTree,
} from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';
import { fromRollPitchYaw, IDENTITY, normalize, type Quat, type Transform, type Vec3 } from '../geometry/index.ts';
import { pathOf, type Problems } from './problems.ts';

/** Keys of the section `mounts` begin with this; the stream's name follows. */
const PREFIX = 'T_base_';
/** How far from 1 the length of a quaternion may be: more is a slip of the pen, not rounding. */
const UNIT_TOLERANCE = 1e-3;

/** One entry of `mounts` as written. */
export interface MountConfig {
  readonly translation: Vec3;
  readonly rotation?: Quat | null;
  readonly rpy?: Vec3 | null;
  readonly rpyDegrees?: Vec3 | null;
}

const mountSchema = {
  translation: {
    doc: 'Where the sensor sits on the base, [x, y, z] in m: x forward, y left, z up.',
    format: listOf(numberIn(-1000, 1000), 3, 3),
    default: [0, 0, 0],
  },
  rotation: {
    doc: 'How it is turned: the unit quaternion [w, x, y, z] that takes directions in the sensor to the base.',
    format: optional(listOf(numberIn(-1.01, 1.01), 4, 4)),
    default: undefined,
  },
  rpy: {
    doc:
      'The same as [roll, pitch, yaw] in radians: turned by roll about x, then by pitch about y, then by yaw about z, ' +
      'all about the fixed axes of the base (as ROS does).',
    format: optional(listOf(numberIn(-6.3, 6.3), 3, 3)),
    default: undefined,
  },
  rpyDegrees: {
    doc: 'The same in degrees.',
    format: optional(listOf(numberIn(-360, 360), 3, 3)),
    default: undefined,
  },
} satisfies SchemaTree;

/** Takes the section `mounts`. */
export const mountsFormat: Format = named(mapOf(mountSchema, /^T_base_.+$/));

/** Says how a mount is to be named before anything else is said. */
function named(format: Format): Format {
  const check = (value: unknown): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const wrong = Object.keys(value).find((key) => !key.startsWith(PREFIX) || key === PREFIX);
      if (wrong !== undefined)
        throw new FormatError('key', `a name like ${PREFIX}imu, for the stream imu`, wrong, [wrong]);
    }
    format(value);
  };
  return Object.assign(check, { expected: format.expected, entry: format.entry });
}

/** The mounts by stream. What cannot be together goes to `problems`. */
export function resolveConfigured(
  mounts: Readonly<Record<string, MountConfig>>,
  problems: Problems,
): Record<StreamId, Transform> {
  const resolved: Record<StreamId, Transform> = {};
  for (const [name, mount] of Object.entries(mounts)) {
    const rotation = rotationOf(mount, pathOf('mounts', name), problems);
    if (rotation !== undefined) resolved[name.slice(PREFIX.length)] = { translation: mount.translation, rotation };
  }
  return resolved;
}

/** The mounts as a configuration would say them. */
export function mountsDocument(mounts: Readonly<Record<StreamId, Transform>>): Record<string, MountConfig> {
  return Object.fromEntries(Object.entries(mounts).map(([stream, mount]) => [PREFIX + stream, mount]));
}

function rotationOf({ rotation, rpy, rpyDegrees }: MountConfig, path: string, problems: Problems): Quat | undefined {
  const given = Object.entries({ rotation, rpy, rpyDegrees }).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    problems.add('E_CONFIG_CONFLICT', `${names} both say how it is turned: give one of them`, path);
    return undefined;
  }
  if (rpy) return fromRollPitchYaw(...rpy);
  if (rpyDegrees) {
    const [roll, pitch, yaw] = rpyDegrees.map((angle) => (angle * Math.PI) / 180);
    return fromRollPitchYaw(roll, pitch, yaw);
  }
  if (!rotation) return IDENTITY;
  const length = Math.hypot(...rotation);
  if (Math.abs(length - 1) > UNIT_TOLERANCE) {
    const what = `expected a quaternion [w, x, y, z] of length 1, got ${showValue(rotation)} of length ${length.toFixed(4)}`;
    problems.add('E_CONFIG_RANGE', what, pathOf(path, 'rotation'));
    return undefined;
  }
  // A quaternion that is of unit length but for rounding stays as it is, so that a resolved configuration loads as itself.
  return Math.abs(length - 1) < 1e-12 ? rotation : normalize(rotation);
}
