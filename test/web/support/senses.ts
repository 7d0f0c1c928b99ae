import { defineDriver, type DriverDefinition } from '../../../src/contract/index.ts';
import { stampOf, unixFromStamp, type Measurement, type StreamDescriptor } from '../../../src/frame/index.ts';

/** Pixels of the camera's picture: the left half red, the right half blue, as of a width of 64 and a height of 48. */
const PICTURE = Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => {
  const column = Math.floor(i / 3) % 64;
  const shown = column < 32 ? 0 : 2;
  return i % 3 === shown ? 255 : 0;
});
/** A PNG of a single green pixel. */
const GREEN = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** 100 ms of 1 kHz at half of full scale on the first channel, silence on the second. */
const TONE = Int16Array.from({ length: 3200 }, (_, i) =>
  i % 2 === 0 ? Math.round(16_384 * Math.sin((2 * Math.PI * 1000 * (i / 2)) / 16_000)) : 0,
);
/** Four points in a row, x, y, z. */
const POINTS = Uint8Array.from(new Uint8Array(Float32Array.of(1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0).buffer));

/** ns. */
const PERIOD = 1e8;

const FLOAT = { type: 'float32', count: 1 } as const;
const FRAMES: Readonly<Record<string, Measurement>> = {
  front: { kind: 'image', encoding: 'rgb8', width: 64, height: 48, rowStride: 192, data: PICTURE },
  back: { kind: 'image', encoding: 'png', data: GREEN },
  ears: { kind: 'audio', sampleRate: 16_000, channels: 2, data: TONE, missing: 0 },
  truth: {
    kind: 'scene',
    objects: [
      {
        id: 1,
        label: 'mug',
        position: [1, 0, 0],
        orientation: [1, 0, 0, 0],
        size: [0.1, 0.1, 0.1],
        boxes: {
          front: { box: [16, 12, 48, 36], visible: 0.7 },
          back: { box: [0, 0, 1, 1], visible: 0 },
        },
        doing: [],
      },
    ],
    events: [],
  },
  velodyne: {
    kind: 'cloud',
    width: 4,
    height: 1,
    fields: [
      { name: 'x', offset: 0, ...FLOAT },
      { name: 'y', offset: 4, ...FLOAT },
      { name: 'z', offset: 8, ...FLOAT },
    ],
    pointStride: 12,
    rowStride: 48,
    bigEndian: false,
    dense: true,
    data: POINTS,
  },
};

/** Two cameras, two microphones and a lidar that always perceive the same, and the truth, ten times a second. */
export function sensesDriver(): DriverDefinition {
  return defineDriver<Record<string, never>>({
    type: 'senses',
    summary: 'cameras, microphones and a lidar that always perceive the same',
    schema: {},
    create() {
      let timer: NodeJS.Timeout | undefined;
      return {
        streams: Object.entries(FRAMES).map(([id, { kind }]): StreamDescriptor => ({
          id,
          kind,
          frameId: `${id}_link`,
          clock: { domain: 'unix' },
          nominalRate: 10,
          role: kind === 'scene' ? 'reference' : 'sensor',
        })),
        start({ now, epoch, admit }) {
          // Devices go on while the host is busy: what is late comes at once, each with its own time.
          let due = now();
          timer = setInterval(() => {
            for (; due <= now(); due = stampOf(due + PERIOD)) {
              const device = unixFromStamp(epoch, due);
              for (const [stream, measurement] of Object.entries(FRAMES)) {
                const arrival = { stream, frameId: `${stream}_link`, device, received: now(), measurement };
                admit({ kind: 'frame', arrival });
              }
            }
          }, 50);
          return Promise.resolve();
        },
        close() {
          clearInterval(timer);
          return Promise.resolve();
        },
      };
    },
  });
}
