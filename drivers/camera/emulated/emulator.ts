import { concatenated, type ProgramEmulator } from '../../../src/device/index.ts';
import { commandOf, type PictureRequest } from '../command.ts';
import { mostBytes } from '../container.ts';
import { writeMatroska, writeNut } from './containers.ts';
import { jpegOf } from './jpeg.ts';
import { blocksAt, pixelsOf, type RawFormat } from './picture.ts';

/** Unix time at which an emulated V4L2 camera is switched on, µs. */
const START = Date.UTC(2026, 4, 1) * 1000;

/** How ffmpeg and GStreamer name the raw formats, and how containers do. */
const RAW: Readonly<Record<RawFormat, readonly [named: RegExp, fourcc: string]>> = {
  z16: [/gray16le|GRAY16_LE/, 'Y1\0\x10'],
  rgb8: [/rgb24|format=RGB\b/, 'RGB\x18'],
  mono8: [/\bgray\b|GRAY8/, 'Y800'],
  yuv422: [/yuyv422|YUY2/, 'YUY2'],
};

/** What a command line of ffmpeg, gst-launch-1.0 or rpicam-vid asks for, as the driver writes it. */
function askedFor(args: readonly string[]) {
  const line = args.join(' ');
  const size = /(?:size[ =]|-s )(\d+)x(\d+)/.exec(line);
  const number = (pattern: RegExp, usual: number): number => Number(pattern.exec(line)?.[1] ?? usual);
  const width = Number(size?.[1] ?? number(/width[ =](\d+)/, 640));
  const height = Number(size?.[2] ?? number(/height[ =](\d+)/, 480));
  const raw = (Object.keys(RAW) as RawFormat[]).find((format) => RAW[format][0].test(line));
  return {
    width,
    height,
    raw,
    rate: number(/rate[ =](\d+(?:\.\d+)?)/, 30) / number(/rate=\d+\/(\d+)/, 1),
    isMatroska: line.includes('matroskamux'),
    start: line.includes('mono2abs') ? START : 0,
  };
}

function create(args: readonly string[]) {
  const { width, height, raw, rate, isMatroska, start } = askedFor(args);
  const fourcc = raw === undefined ? 'MJPG' : RAW[raw][1];
  const writer = (isMatroska ? writeMatroska : writeNut)({ width, height, fourcc });
  let next = 0;
  let hasBegun = false;
  return {
    until(seconds: number): Uint8Array {
      const due = Math.floor(seconds * rate);
      const parts: Uint8Array[] = [];
      if (!hasBegun) parts.push(writer.begin());
      hasBegun = true;
      // Nobody read for long: what was is over.
      next = Math.max(next, due - Math.ceil(rate));
      for (; next < due; next += 1) {
        const blocks = blocksAt(width, height, next / rate, next);
        const bytes = raw === undefined ? jpegOf(blocks) : pixelsOf(blocks, raw);
        parts.push(writer.frame(bytes, start + Math.round((next * 1e6) / rate)));
      }
      return concatenated(parts);
    },
  };
}

const SMALL = { kind: 'test', width: 16, height: 16 } as const;
const caseOf = (name: string, config: Partial<PictureRequest>, asked: Partial<PictureRequest> = config) => {
  const request = { program: 'ffmpeg', device: '', sensor: 0, rate: 30, format: 'mjpeg', ...SMALL, ...asked } as const;
  const { args } = commandOf(request);
  return { name, config: { ...SMALL, ...config }, args, largestFrame: mostBytes(SMALL) };
};

/** Stands in for ffmpeg, gst-launch-1.0 and rpicam-vid. */
export const cameraEmulator: ProgramEmulator = {
  device: 'camera',
  summary:
    'a camera that sees a ramp of greys flow and a red square go in circles, for ffmpeg, gst-launch-1.0 and rpicam-vid',
  create: (_seed, args) => create(args),
  cases: [caseOf('camera', {}), caseOf('camera-matroska', { program: 'gstreamer' })],
};

/** The same, near and far. */
export const depthEmulator: ProgramEmulator = {
  device: 'depth',
  summary: 'a depth camera before which a square goes in circles, for ffmpeg',
  create: (_seed, args) => create(args.length === 0 ? ['gray16le'] : args),
  cases: [caseOf('depth', {}, { format: 'z16' })],
};
