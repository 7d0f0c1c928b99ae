import type { Place, SeenThing } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  type DepthMeasurement,
  type Frame,
  type FrameId,
  type ImageMeasurement,
  type ScanMeasurement,
  type Stamp,
  type StreamDescriptor,
  type StreamId,
  type Vector3,
} from '../../frame/index.ts';
import { invertTransform, transformPoint, type Transform } from '../../geometry/index.ts';
import { alongOf, depthIn, halfDepthOf, middleIn } from '../../perception/index.ts';
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
/** Pixels of a depth picture of which one, in each direction, is kept for things in it. */
const KEPT = 2;
/** Deviation of a distance that only the look of a thing tells, as a share of it. */
const BY_LOOK = 0.15;

/** How far away what lies in the middle of a view is. */
interface Distance {
  readonly stamp: Stamp;
  /** In base axes, m. */
  readonly point: Vector3;
  /** m. */
  readonly deviation: number;
}

/** A picture, and where what it shows is. */
export interface View {
  /** Of what lies in its middle; `undefined` where pose or distance are not known. */
  readonly place: Place | undefined;
  /** Of a thing in it; `undefined` where the pose or the camera's intrinsics are not known. */
  readonly placeOf: (thing: SeenThing) => Place | undefined;
  /** Where a thing in it is to the left of the camera's axis, rad; `undefined` where its intrinsics are not known. */
  readonly bearingOf: (thing: SeenThing) => number | undefined;
}

/** Depth as it was seen last, thinned out. */
interface KeptDepth {
  readonly stamp: Stamp;
  readonly mount: Transform;
  readonly picture: Required<Pick<DepthMeasurement, 'width' | 'height' | 'scale' | 'data' | 'intrinsics'>>;
}

/** From the axes of the base to that of a frame, and how sure that is. */
interface Stand {
  readonly frame: FrameId;
  readonly pose: Transform;
  /** m². */
  readonly variance: number;
}

/**
 * Where is what a picture shows? What lies in its middle, that is: as far along its axis as depth or, without it, a planar scan tells, from
 * where the robot is. A picture of a whole room has no better place; what stands at its edge may be metres away. A thing that an encoder sees by itself has a place of its own.
 */
export class Whereabouts {
  readonly #mounts: ReadonlyMap<StreamId, Transform>;
  readonly #frames: { readonly map: FrameId; readonly odom: FrameId };
  readonly #fusion: Pick<Fusion, 'pose' | 'map'>;
  /** Cameras, and the latest distance in their middle; depth before scans. */
  readonly #views: readonly { readonly stream: StreamId; readonly axis: Vector3 }[];
  readonly #distances = new Map<StreamId, { depth?: Distance; scan?: Distance; kept?: KeptDepth }>();

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
      if (kind === 'depth') {
        const along = depthAlong(frame, frame.measurement, mount, axis);
        its.depth = along ?? its.depth;
        if (along !== undefined) its.kept = keptOf(frame.stamp, frame.measurement, mount) ?? its.kept;
      } else if (kind === 'scan') its.scan = scanAlong(frame, frame.measurement, mount, axis) ?? its.scan;
      else return;
      this.#distances.set(stream, its);
    }
  }

  /** Where what a picture shows is. */
  of(frame: Frame): View {
    const { depth, scan, kept } = this.#distances.get(frame.stream) ?? {};
    const stand = this.#standAt(frame.stamp);
    const its = [depth, scan]
      .map((one) => one && stand && this.#middleOf(frame, one, stand))
      .find((one) => one !== undefined);
    const { measurement } = frame;
    return {
      place: its,
      placeOf: (thing) => stand && this.#thingOf(frame, thing, kept, stand),
      bearingOf: (thing) => (measurement.kind === 'image' ? bearingIn(measurement, thing) : undefined),
    };
  }

  /** Where a thing is: as far as depth tells near where it looks to be, or else by its look. */
  #thingOf(frame: Frame, { box, distance }: SeenThing, kept: KeptDepth | undefined, stand: Stand): Place | undefined {
    const { stream, stamp, measurement } = frame;
    const mount = this.#mounts.get(stream);
    if (mount === undefined || measurement.kind !== 'image' || !frame.frameId.endsWith('_optical')) return undefined;
    const { width, height, intrinsics } = measurement;
    if (width === undefined || height === undefined || intrinsics === undefined) return undefined;
    const look = (distance * intrinsics.fx) / width;
    const [left, top, right, bottom] = box;
    const at = (x: number, y: number): Vector3 =>
      transformPoint(mount, middleIn([x, y, x, y], look, { width, height }, intrinsics));
    const age = kept === undefined ? Infinity : Math.abs(stamp - kept.stamp) / NS_PER_SECOND;
    if (kept !== undefined && age <= MOST_AGE) {
      // The same box in the depth picture, as if it were as far as it looks.
      const inverse = invertTransform(kept.mount);
      const { intrinsics: its, ...picture } = kept.picture;
      const corners = [at(left, top), at(right, bottom)].map((point) => {
        const [x, y, z] = transformPoint(inverse, point);
        return {
          z,
          u: ((its.fx * x) / z + its.cx + 0.5) / picture.width,
          v: ((its.fy * y) / z + its.cy + 0.5) / picture.height,
        };
      });
      const [a, b] = corners;
      const seen = [a.u, a.v, b.u, b.v] as const;
      const along = depthIn(picture, seen, (a.z + b.z) / 2);
      if (along !== undefined) {
        const behind = halfDepthOf(seen, along.distance, picture.width, its);
        const point = transformPoint(kept.mount, middleIn(seen, along.distance + behind, picture, its));
        return ofThing(point, Math.hypot(along.deviation, behind), age, stand);
      }
    }
    return ofThing(at((left + right) / 2, (top + bottom) / 2), BY_LOOK * look, 0, stand);
  }

  /** Where the picture's middle is, by a measured distance that is not too old. */
  #middleOf({ stamp }: Frame, { stamp: measured, point, deviation }: Distance, stand: Stand): Place | undefined {
    const age = Math.abs(stamp - measured) / NS_PER_SECOND;
    if (age > MOST_AGE) return undefined;
    return placeAt(point, deviation, age, stand);
  }

  #standAt(stamp: Stamp): Stand | undefined {
    const there = this.#fusion.map?.estimate(stamp);
    const isMapped = there?.isPlaced === true && there.validity !== 'initialising';
    const estimate = isMapped ? there : this.#fusion.pose.estimate(stamp);
    if (estimate === undefined || estimate.validity === 'initialising' || estimate.validity === 'lost')
      return undefined;
    const { position: translation, orientation: rotation, covariance } = estimate.pose;
    const variance = covariance === undefined ? 0 : (covariance[0] + covariance[7] + covariance[14]) / 3;
    const frame = isMapped ? this.#frames.map : this.#frames.odom;
    return { frame, pose: { translation, rotation }, variance };
  }
}

function bearingIn({ width, intrinsics }: ImageMeasurement, { box }: SeenThing): number | undefined {
  if (width === undefined || intrinsics === undefined) return undefined;
  return Math.atan2(intrinsics.cx - ((box[0] + box[2]) / 2) * width, intrinsics.fx);
}

function placeAt(point: Vector3, deviation: number, age: number, { frame, pose, variance }: Stand): Place {
  const position = transformPoint(pose, point);
  return { frame, position, deviation: Math.hypot(deviation, Math.sqrt(variance)), age };
}

function ofThing(...its: Parameters<typeof placeAt>): Place {
  return { ...placeAt(...its), isOfThing: true };
}

/** Every so many pixels of a depth picture; nothing where its intrinsics are not known. */
function keptOf(
  stamp: Stamp,
  { width, height, scale, data, intrinsics }: DepthMeasurement,
  mount: Transform,
): KeptDepth | undefined {
  if (intrinsics === undefined) return undefined;
  const [columns, rows] = [Math.floor(width / KEPT), Math.floor(height / KEPT)];
  const its = new Uint16Array(columns * rows);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) its[y * columns + x] = data[y * KEPT * width + x * KEPT];
  }
  const { fx, fy, cx, cy } = intrinsics;
  const thinned = { fx: fx / KEPT, fy: fy / KEPT, cx: cx / KEPT, cy: cy / KEPT };
  return { stamp, mount, picture: { width: columns, height: rows, scale, data: its, intrinsics: thinned } };
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
  const along = alongOf(found);
  return along && { stamp, point: place(along.distance), deviation: along.deviation };
}
