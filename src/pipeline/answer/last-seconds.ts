import { clipLayout, createShrinking, imuOf } from '../../clips/index.ts';
import type { Picture } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  type Frame,
  type ImageMeasurement,
  type ImuMeasurement,
  type InputNumber,
  type Stamp,
} from '../../frame/index.ts';

/** A sample of the IMU that is kept. */
export interface FeltSample {
  readonly received: Stamp;
  readonly input: InputNumber;
  readonly measurement: ImuMeasurement;
}

const { PICTURES, WIDTH, HEIGHT } = clipLayout;
/** Pictures that are kept for each that is shown: those nearest to the times that are wanted are. */
const CHOICE = 4;
/** What is kept beyond the seconds, s: pictures come when they come. */
const SLACK = 0.5;
/** IMU samples that are kept: two seconds of the quickest that there are, and more. */
const MOST_SAMPLES = 8192;

/**
 * The last seconds of a camera and an IMU, as a clip has them ({@link clipLayout}): {@link PICTURES} pictures evenly spread over them, as small as its are. Only raw
 * pictures are kept: a compressed one cannot be made smaller here, and the model sees the latest alone.
 */
export class LastSeconds {
  readonly #seconds: number;
  readonly #shrink = createShrinking();
  #pictures: { readonly stamp: Stamp; readonly picture: Picture }[] = [];
  #samples: FeltSample[] = [];

  /** @param seconds from the first picture to the last */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  see({ stamp }: Frame, image: ImageMeasurement): void {
    const last = this.#pictures.at(-1);
    const apart = (this.#seconds / (PICTURES - 1) / CHOICE) * NS_PER_SECOND;
    if (image.rowStride === undefined || (last !== undefined && stamp - last.stamp < apart)) return;
    const picture = { width: WIDTH, height: HEIGHT, format: 'rgb8', rowStride: 3 * WIDTH, data: this.#shrink(image) };
    this.#pictures.push({ stamp, picture } as { stamp: Stamp; picture: Picture });
    const oldest = stamp - (this.#seconds + SLACK) * NS_PER_SECOND;
    if (this.#pictures[0].stamp < oldest) this.#pictures = this.#pictures.filter((its) => its.stamp >= oldest);
  }

  feel({ stamp, input }: Frame, measurement: ImuMeasurement): void {
    this.#samples.push({ received: stamp, input, measurement });
    if (this.#samples.length > 2 * MOST_SAMPLES) this.#samples = this.#samples.slice(-MOST_SAMPLES);
  }

  /**
   * Pictures before one, the oldest first: as many as the model wants besides, fewer where there are not so many yet.
   * @param stamp of the picture that is shown last
   */
  before(stamp: Stamp): readonly Picture[] {
    const step = (this.#seconds / (PICTURES - 1)) * NS_PER_SECOND;
    const from = stamp - this.#seconds * NS_PER_SECOND;
    const pictures: Picture[] = [];
    for (let i = 0; i < PICTURES - 1; i += 1) {
      const at = from + i * step;
      const near = this.#pictures.filter((its) => Math.abs(its.stamp - at) <= step / 2);
      const best = near.reduce<(typeof near)[number] | undefined>(
        (one, other) => (one === undefined || Math.abs(other.stamp - at) < Math.abs(one.stamp - at) ? other : one),
        undefined,
      );
      if (best !== undefined) pictures.push(best.picture);
    }
    return pictures;
  }

  /** The newest sample of the IMU. */
  newest(): FeltSample | undefined {
    return this.#samples.at(-1);
  }

  /** What the IMU felt in the seconds until a time, step by step; `undefined`: nothing came. */
  felt(stamp: Stamp): Float32Array | undefined {
    const from = stamp - this.#seconds * NS_PER_SECOND;
    const felt = this.#samples.filter(({ received }) => received >= from && received <= stamp);
    return felt.length === 0 ? undefined : imuOf(felt, from, stamp);
  }
}
