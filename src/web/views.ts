import type {
  Arrival,
  AudioMeasurement,
  CloudMeasurement,
  ImageMeasurement,
  Measurement,
  ScanMeasurement,
  SceneMeasurement,
} from '../frame/index.ts';

/**
 * What a page is shown of measurements that are in no message: scans, clouds, pictures, sound. A view is a copy, made
 * small: the frame itself may be gone right after.
 */

/** Longest row of a picture that is shown, pixels; larger ones are thinned out. */
const WIDEST = 320;
/** Bytes of a compressed picture that is passed on as it is. */
const LARGEST_COMPRESSED = 524_288;
/** Points of a cloud that are shown; larger ones are thinned out. */
const MOST_POINTS = 4096;
/** Objects of a scene whose boxes are shown. */
const MOST_OBJECTS = 64;
/** Rays of a scan that are shown. */
const MOST_RAYS = 8192;

/** What is drawn, as a head in JSON and numbers or bytes behind it. */
interface View {
  readonly head: Readonly<Record<string, string | number | object>>;
  readonly data: Uint8Array;
}

/** Whether a page shows measurements of this kind at all. */
export function isShown(kind: Measurement['kind']): boolean {
  return kind === 'scan' || kind === 'cloud' || kind === 'image' || kind === 'audio' || kind === 'scene';
}

/**
 * A measurement as a page is sent it: length of the head (32 bits, little endian), the head (JSON, UTF-8, padded with
 * spaces so that what follows lies at a multiple of 4 bytes), the data.
 *
 * - scan: `angleMin`, `angleIncrement` (rad); data: ranges in m as 32-bit floats, 0 where there was no return
 * - cloud: data: x, y, z in m of each point as 32-bit floats
 * - image: `encoding` `rgb8` with `width`, `height`, `step` (pixels of the camera for one here) and the pixels, or `jpeg`, `png`, … with the file
 * - audio: data: root mean square, then peak, of each channel, 32-bit floats of full scale
 * - scene: `boxes` by camera stream, a list of `label` and `box` (left, top, right, bottom in pixels); no data
 * @param received Unix time of reception, s
 * @returns `undefined` for what cannot be shown: another kind, an unknown encoding, fewer bytes than there should be
 */
export function viewMessage({ stream, frameId, measurement }: Arrival, received: number): Uint8Array | undefined {
  const view = viewOf(measurement);
  if (view === undefined) return undefined;
  const head = JSON.stringify({ stream, kind: measurement.kind, frame_id: frameId, received, ...view.head });
  const length = Math.ceil(Buffer.byteLength(head) / 4) * 4;
  const message = Buffer.alloc(4 + length + view.data.byteLength, ' ');
  message.writeUInt32LE(length, 0);
  message.write(head, 4);
  message.set(view.data, 4 + length);
  return message;
}

function viewOf(measurement: Measurement): View | undefined {
  switch (measurement.kind) {
    case 'scan':
      return scanView(measurement);
    case 'cloud':
      return cloudView(measurement);
    case 'image':
      return imageView(measurement);
    case 'audio':
      return audioView(measurement);
    case 'scene':
      return sceneView(measurement);
    default:
      return undefined;
  }
}

function scanView({ ranges, rangeMin, rangeMax, angleMin, angleIncrement }: ScanMeasurement): View {
  const shown = Float32Array.from(ranges.subarray(0, MOST_RAYS), (range) =>
    range >= rangeMin && range <= rangeMax ? range : 0,
  );
  return { head: { angleMin, angleIncrement }, data: bytesOf(shown) };
}

function cloudView({
  fields,
  data,
  bigEndian,
  width,
  height,
  pointStride,
  rowStride,
}: CloudMeasurement): View | undefined {
  const axes = ['x', 'y', 'z'].map((name) => fields.find((field) => field.name === name && field.type === 'float32'));
  const [x, y, z] = axes.map((field) => field?.offset);
  if (x === undefined || y === undefined || z === undefined || !isShape(width, height)) return undefined;
  const last = (height - 1) * rowStride + (width - 1) * pointStride + Math.max(x, y, z) + 4;
  if (!(last <= data.byteLength && Math.min(x, y, z, pointStride, rowStride) >= 0)) return undefined;
  const step = Math.ceil((width * height) / MOST_POINTS);
  const bytes = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const points = new Float32Array(3 * Math.ceil((width * height) / step));
  let count = 0;
  for (let index = 0; index < width * height; index += step) {
    const at = Math.floor(index / width) * rowStride + (index % width) * pointStride;
    points[count] = bytes.getFloat32(at + x, !bigEndian);
    points[count + 1] = bytes.getFloat32(at + y, !bigEndian);
    points[count + 2] = bytes.getFloat32(at + z, !bigEndian);
    // A point that is no number is written over by the next.
    if (Number.isFinite(points[count] + points[count + 1] + points[count + 2])) count += 3;
  }
  return { head: {}, data: bytesOf(points.subarray(0, count)) };
}

/** Where red, green and blue stand in a pixel, and its bytes. */
const PIXELS: Readonly<Record<string, readonly [red: number, green: number, blue: number, bytes: number]>> = {
  rgb8: [0, 1, 2, 3],
  bgr8: [2, 1, 0, 3],
  rgba8: [0, 1, 2, 4],
  bgra8: [2, 1, 0, 4],
  mono8: [0, 0, 0, 1],
};

function imageView({ encoding, width, height, rowStride, data }: ImageMeasurement): View | undefined {
  if (width === undefined || height === undefined) {
    return data.byteLength > LARGEST_COMPRESSED ? undefined : { head: { encoding }, data };
  }
  if (!Object.hasOwn(PIXELS, encoding) || !isShape(width, height)) return undefined;
  const [red, green, blue, size] = PIXELS[encoding];
  const stride = rowStride ?? width * size;
  if (!((height - 1) * stride + width * size <= data.byteLength && stride >= 0)) return undefined;
  const step = Math.ceil(Math.max(width, height) / WIDEST);
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const pixels = new Uint8Array(3 * columns * rows);
  let to = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0, from = row * step * stride; column < columns; column += 1, from += step * size) {
      pixels[to++] = data[from + red];
      pixels[to++] = data[from + green];
      pixels[to++] = data[from + blue];
    }
  }
  return { head: { encoding: 'rgb8', width: columns, height: rows, step }, data: pixels };
}

/** Whether there can be so many columns and rows. */
function isShape(width: number, height: number): boolean {
  return Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
}

/** Full scale of a sample. */
const FULL_SCALE = 32_768;

function audioView({ channels, data, sampleRate }: AudioMeasurement): View | undefined {
  const samples = Math.floor(data.length / channels);
  if (!(Number.isInteger(channels) && channels >= 1 && samples >= 1)) return undefined;
  const levels = new Float32Array(2 * channels);
  for (let channel = 0; channel < channels; channel += 1) {
    let squares = 0;
    let peak = 0;
    for (let at = channel; at < samples * channels; at += channels) {
      const sample = data[at];
      squares += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    levels[channel] = Math.sqrt(squares / samples) / FULL_SCALE;
    levels[channels + channel] = peak / FULL_SCALE;
  }
  return { head: { sampleRate, channels }, data: bytesOf(levels) };
}

function sceneView({ objects }: SceneMeasurement): View {
  const boxes = new Map<string, object[]>();
  for (const { label, boxes: its } of objects.slice(0, MOST_OBJECTS)) {
    for (const [camera, { box, visible }] of Object.entries(its)) {
      const seen = boxes.get(camera) ?? [];
      boxes.set(camera, seen);
      if (visible > 0) seen.push({ label, box });
    }
  }
  return { head: { boxes: Object.fromEntries(boxes) }, data: new Uint8Array() };
}

/** The numbers' bytes, little endian as every machine that Node runs on. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
