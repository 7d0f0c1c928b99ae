import { expect, it } from 'vitest';
import { camera } from '../../../drivers/camera/driver.ts';
import { mostBytes } from '../../../drivers/camera/container.ts';
import { fuzzDecoder } from '../../../src/bench/index.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { configOf } from '../device/decoding.ts';
import { ffmpegPictures, gstreamerPictures, MJPEG, NUT } from './media.ts';

const INPUTS = 100_000;

/** As test/drivers/fuzz.test.ts does with what emulators write, with what real programs write. */
describeWithTools(['ffmpeg', 'gst-launch-1.0'], 'pictures', () => {
  it.each([
    ['ffmpeg', () => ffmpegPictures(1, MJPEG, NUT)],
    ['gstreamer', () => gstreamerPictures(30, ['!', 'jpegenc'])],
  ] as const)(
    `of %s survive ${INPUTS} random, truncated and bit-flipped inputs`,
    { timeout: 120_000 },
    (program, make) => {
      const bytes = make();
      const create = () => {
        let left: Uint8Array = bytes;
        const until = (): Uint8Array => {
          const all = left;
          left = new Uint8Array();
          return all;
        };
        return { until };
      };
      const config = configOf(camera, { kind: 'test', program });
      const largestFrame = mostBytes({ width: 64, height: 48 });
      const figures = fuzzDecoder(
        { name: program, driver: camera, emulator: { create }, config, largestFrame },
        INPUTS,
        7,
      );
      expect(figures).toMatchObject({ inputs: INPUTS, thrown: 0, notRecovered: 0, held: 0 });
      expect(figures.largestOutputShare).toBeLessThanOrEqual(16);
    },
  );
});
