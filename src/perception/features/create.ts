import type { Frame, Measurement, MeasurementKind } from '../../frame/index.ts';
import type { Extractor } from './extractor.ts';
import { ImuFeatures } from './imu.ts';
import { OdometryFeatures } from './odometry.ts';
import { DepthFeatures, ImageFeatures } from './pictures.ts';
import { ScanFeatures } from './scan.ts';
import { SoundFeatures } from './sound.ts';
import { TextFeatures } from './text.ts';

/** Kinds of measurements that a head may take, and what makes numbers of them. */
const EXTRACTORS = {
  imu: () => narrowed('imu', new ImuFeatures()),
  odometry: () => narrowed('odometry', new OdometryFeatures()),
  scan: () => narrowed('scan', new ScanFeatures()),
  depth: () => narrowed('depth', new DepthFeatures()),
  image: () => narrowed('image', new ImageFeatures()),
  audio: () => narrowed('audio', new SoundFeatures()),
  text: () => narrowed('text', new TextFeatures()),
} satisfies { readonly [Kind in MeasurementKind]?: () => Extractor };

/** Kinds of measurements that a head may take. */
export const FEATURE_KINDS = Object.keys(EXTRACTORS) as readonly (keyof typeof EXTRACTORS)[];

/** Makes numbers of a kind of measurement; `undefined` for kinds that no head takes. */
export function createExtractor(kind: MeasurementKind): Extractor | undefined {
  return Object.hasOwn(EXTRACTORS, kind) ? EXTRACTORS[kind as keyof typeof EXTRACTORS]() : undefined;
}

/**
 * When a frame counts. Words come when they are over, so they count as they come; everything else at its time of validity, which
 * no clock error may put ahead of its arrival.
 */
export function momentOf({ stamp, received, measurement }: Frame): number {
  return measurement.kind === 'text' ? received : Math.min(stamp, received);
}

/** An extractor that passes over what is of another kind than its stream was announced as. */
function narrowed<M extends Measurement>(kind: M['kind'], extractor: Extractor<M>): Extractor {
  return {
    names: extractor.names,
    held: extractor.held,
    take(measurement) {
      if (measurement.kind === kind) extractor.take(measurement as M);
    },
    write: (out, at) => extractor.write(out, at),
    reset: () => extractor.reset(),
  };
}
