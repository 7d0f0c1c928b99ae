import type { Place } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  type DepthMeasurement,
  type Frame,
  type FrameId,
  type ScanMeasurement,
  type Stamp,
  type StreamDescriptor,
  type StreamId,
  type Vector3,
} from '../../frame/index.ts';
import { invertTransform, transformPoint, type Transform } from '../../geometry/index.ts';
import type { Fusion } from '../fuse.ts';

/** Cosine of the angle within which two sensors look the same way: 15°. */
const SAME_WAY = 0.966;
/** Sine of the angle to a scan's plane within which a camera looks along it: 15°. */
const LEVEL = 0.26;
/** Half of the angle of a scan that counts as the middle of a picture, rad. */
const MIDDLE = 0.05;
/** Points in each direction that the middle third of a depth picture is looked at in. */
const GRID = 9;
/** s that a measurement of depth may be older or newer than the picture. */
const MOST_AGE = 0.5;
/** Standard deviation of a normal distribution over the median deviation from its median. */
const NORMAL = 1.4826;

/** How far away what lies in the middle of a view is. */
interface Distance {
  readonly stamp: Stamp;
  /** In base axes, m. */
  readonly point: Vector3;
  /** m. */
  readonly deviation: number;
}

/**
 * Where is what a picture shows? What lies in its middle, that is: as far along its axis as depth or, without it, a planar scan tells, from
 * where the robot is. A picture of a whole room has no better place; what stands at its edge may be metres away.
 */
export class Whereabouts {
  readonly #mounts: ReadonlyMap<StreamId, Transform>;
  readonly #frames: { readonly map: FrameId; readonly odom: FrameId };
  readonly #fusion: Pick<Fusion, 'pose' | 'map'>;
  /** Cameras, and the latest distance in their middle; depth before scans. */
  readonly #views: readonly { readonly stream: StreamId; readonly axis: Vector3 }[];
  readonly #distances = new Map<StreamId, { depth?: Distance; scan?: Distance }>();

  /** @param cameras streams whose pictures are to be placed */
  constructor(
    cameras: readonly StreamId[],
    streams: readonly StreamDescriptor[],
    mounts: ReadonlyMap<StreamId, Transform>,
    frames: { readonly map: FrameId; readonly odom: FrameId },
    fusion: Pick<Fusion, 'pose' | 'map'>,
  ) {
    this.#mounts = mounts;
    this.#frames = frames;
    this.#fusion = fusion;
    this.#views = streams.flatMap(({ id, frameId }) => {
      const mount = mounts.get(id);
      return cameras.includes(id) && mount !== undefined ? [{ stream: id, axis: axisOf(frameId, mount) }] : [];
    });
  }

  /** Something has been measured: of use where it tells a distance. */
  take(frame: Frame): void {
    const mount = this.#mounts.get(frame.stream);
    if (mount === undefined) return;
    const { kind } = frame.measurement;
    for (const { stream, axis } of this.#views) {
      const its = this.#distances.get(stream) ?? {};
      if (kind === 'depth') its.depth = depthAlong(frame, frame.measurement, mount, axis) ?? its.depth;
      else if (kind === 'scan') its.scan = scanAlong(frame, frame.measurement, mount, axis) ?? its.scan;
      else return;
      this.#distances.set(stream, its);
    }
  }

  /** Where the picture's middle is; `undefined` where pose or distance are not known. */
  of({ stream, stamp }: Frame): Place | undefined {
    const { depth, scan } = this.#distances.get(stream) ?? {};
    const ageOf = (one: Distance): number => Math.abs(stamp - one.stamp) / NS_PER_SECOND;
    const distance = [depth, scan].find((one) => one !== undefined && ageOf(one) <= MOST_AGE);
    if (distance === undefined) return undefined;
    const there = this.#fusion.map?.estimate(stamp);
    const isMapped = there?.isPlaced === true && there.validity !== 'initialising';
    const estimate = isMapped ? there : this.#fusion.pose.estimate(stamp);
    if (estimate === undefined || estimate.validity === 'initialising' || estimate.validity === 'lost')
      return undefined;
    const { position: translation, orientation: rotation, covariance } = estimate.pose;
    const variance = covariance === undefined ? 0 : (covariance[0] + covariance[7] + covariance[14]) / 3;
    return {
      frame: isMapped ? this.#frames.map : this.#frames.odom,
      position: transformPoint({ translation, rotation }, distance.point),
      deviation: Math.hypot(distance.deviation, Math.sqrt(variance)),
      age: ageOf(distance),
    };
  }
}

/** The way that a sensor looks, in base axes. */
function axisOf(frameId: FrameId, { rotation }: Transform): Vector3 {
  return transformPoint({ translation: [0, 0, 0], rotation }, forwardOf(frameId));
}

function forwardOf(frameId: FrameId): Vector3 {
  return frameId.endsWith('_optical') ? [0, 0, 1] : [1, 0, 0];
}

function depthAlong(
  { frameId, stamp }: Frame,
  { width, height, scale, data }: DepthMeasurement,
  mount: Transform,
  axis: Vector3,
): Distance | undefined {
  const own = axisOf(frameId, mount);
  if (own[0] * axis[0] + own[1] * axis[1] + own[2] * axis[2] < SAME_WAY) return undefined;
  const found: number[] = [];
  for (let i = 0; i < GRID; i += 1) {
    for (let j = 0; j < GRID; j += 1) {
      const x = Math.floor((width * (1 + (j + 0.5) / GRID)) / 3);
      const y = Math.floor((height * (1 + (i + 0.5) / GRID)) / 3);
      const count = data[y * width + x];
      if (count > 0) found.push(count * scale);
    }
  }
  return distanceOf(found, stamp, (distance) => {
    const [x, y, z] = forwardOf(frameId);
    return transformPoint(mount, [x * distance, y * distance, z * distance]);
  });
}

function scanAlong(
  { stamp }: Frame,
  { angleMin, angleIncrement, ranges, rangeMin, rangeMax }: ScanMeasurement,
  mount: Transform,
  axis: Vector3,
): Distance | undefined {
  const [x, y, z] = transformPoint({ translation: [0, 0, 0], rotation: invertTransform(mount).rotation }, axis);
  // A camera that looks up or down sees something else than the scan.
  if (Math.abs(z) > LEVEL) return undefined;
  const middle = Math.atan2(y, x);
  const found: number[] = [];
  ranges.forEach((range, i) => {
    const off = angleMin + i * angleIncrement - middle;
    const isThere = Math.abs(Math.atan2(Math.sin(off), Math.cos(off))) <= MIDDLE;
    if (isThere && range >= rangeMin && range <= rangeMax) found.push(range);
  });
  return distanceOf(found, stamp, (distance) =>
    transformPoint(mount, [distance * Math.cos(middle), distance * Math.sin(middle), 0]),
  );
}

function distanceOf(
  found: readonly number[],
  stamp: Stamp,
  place: (distance: number) => Vector3,
): Distance | undefined {
  if (found.length === 0) return undefined;
  const distance = medianOf(found);
  const deviation = NORMAL * medianOf(found.map((one) => Math.abs(one - distance)));
  return { stamp, point: place(distance), deviation };
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
