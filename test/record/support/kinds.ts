import type { Input } from '../../../src/contract/index.ts';
import { stampOf, type InputNumber, type Measurement } from '../../../src/frame/index.ts';
import { createLogWriter, type SessionHeader } from '../../../src/record/index.ts';

/** Unix ns that the recording's stamps count from. */
export const EPOCH = 1_700_000_000_000_000_000n;
const intrinsics = { fx: 200, fy: 201, cx: 160, cy: 120 };

/** One of every kind, with what is optional given and left out. */
export const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  picture: {
    kind: 'image',
    encoding: 'rgb8',
    width: 2,
    height: 1,
    rowStride: 6,
    bigEndian: false,
    data: new Uint8Array([1, 2, 3, 4, 5, 6]),
    intrinsics,
  },
  jpeg: { kind: 'image', encoding: 'jpeg', data: new Uint8Array([0xff, 0xd8, 0xff]) },
  depth: { kind: 'depth', width: 2, height: 2, scale: 0.0005, data: new Uint16Array([0, 1, 2, 65535]), intrinsics },
  sound: { kind: 'audio', sampleRate: 16000, channels: 2, data: new Int16Array([0, -1, 32767, -32768]), missing: 3 },
  cloud: {
    kind: 'cloud',
    width: 2,
    height: 1,
    fields: [
      { name: 'x', offset: 0, type: 'float32', count: 1 },
      { name: 'normal', offset: 4, type: 'uint16', count: 2 },
    ],
    pointStride: 8,
    rowStride: 16,
    bigEndian: false,
    dense: true,
    data: Uint8Array.from({ length: 16 }, (_, i) => i),
  },
  sonar: { kind: 'range', distance: 1.5, rangeMin: 0.25, rangeMax: 4, fieldOfView: 0.5 },
  nothing: { kind: 'range', rangeMin: 0.25, rangeMax: 4, fieldOfView: 0.5 },
  anchor: {
    kind: 'range',
    distance: 12.125,
    rangeMin: 0,
    rangeMax: 99.1,
    fieldOfView: 0,
    anchor: 'north',
    variance: 2,
  },
  temperature: { kind: 'scalar', quantity: 'temperature', value: 293.15, variance: 0.01 },
  pressure: { kind: 'scalar', quantity: 'pressure', value: 101325.1 },
  words: { kind: 'text', text: 'go to the “kitchen”', language: 'en', speaker: 'anna', duration: 1.2 },
  sign: { kind: 'text', text: '', duration: 0 },
  scene: {
    kind: 'scene',
    room: 'kitchen',
    objects: [
      {
        id: 7,
        label: 'mug',
        colour: 'red',
        position: [1, 2, 0.5],
        orientation: [1, 0, 0, 0],
        size: [0.1, 0.1, 0.12],
        boxes: { camera: { box: [10, 20, 30, 40], visible: 0.75 } },
        doing: [],
      },
    ],
    events: [{ event: 'dropped object', objects: [7] }],
  },
};

/** Records one frame of every kind; the device's clock is Unix time, 1 ms behind. */
export async function recordKinds(path: string): Promise<readonly Input[]> {
  const names = Object.keys(MEASUREMENTS);
  const header: SessionHeader = {
    format: 1,
    epoch: `${EPOCH}`,
    sensorium: '0',
    node: '',
    architecture: '',
    configurationHash: '',
    calibrationHash: '',
    streams: names.map((id) => ({
      id,
      kind: MEASUREMENTS[id].kind,
      frameId: `${id}_link`,
      clock: { domain: 'unix' },
      role: 'sensor',
    })),
    mounts: { depth: { translation: [0.1, 0, 0.2], rotation: [1, 0, 0, 0] } },
    configuration: {},
  };
  const inputs = names.map((stream, i): Input => {
    const received = stampOf(1e6 * (i + 1));
    const arrival = {
      stream,
      frameId: `${stream}_link`,
      device: EPOCH + BigInt(received) - 1_000_000n,
      received,
      measurement: MEASUREMENTS[stream],
    };
    return { kind: 'frame', number: (i + 1) as InputNumber, now: received, arrival };
  });
  const writer = await createLogWriter(path, header, { existing: 'refuse' });
  for (const input of inputs) writer.tap(input);
  await writer.close({ digest: '', inputs: inputs.length, published: 0 });
  return inputs;
}
