import { flag, integerIn, numberIn, oneOf, optional, text, type SchemaTree } from '../../src/contract/index.ts';
import {
  commandSchema,
  defineDevice,
  inPlaceOf,
  processLink,
  type CommandConfig,
  type Link,
  type ProcessOptions,
} from '../../src/device/index.ts';
import type { DeviceClock } from '../../src/frame/index.ts';
import { commandOf, FORMATS, KINDS, type PictureRequest } from './command.ts';
import { createPictures, rowStrideOf } from './pictures.ts';

/** Encodings of the raw formats, and bytes of a pixel. */
const RAW = {
  rgb8: { encoding: 'rgb8', pixelBytes: 3 },
  mono8: { encoding: 'mono8', pixelBytes: 1 },
  yuv422: { encoding: 'yuv422_yuy2', pixelBytes: 2 },
} as const;

export interface CameraConfig extends PictureRequest, CommandConfig {
  readonly startSeconds: number;
}

/** Keys of all that gives pictures. */
export const pictureSchema: SchemaTree = {
  ...commandSchema,
  device: {
    doc: 'The V4L2 device. `/dev/v4l/by-id/…` stays the same wherever it is plugged in; `/dev/video0` is whoever came first.',
    format: text(/^\/\S+$/, 'the path of a V4L2 device, such as /dev/v4l/by-id/usb-…'),
    default: '/dev/video0',
  },
  path: {
    doc: 'For kind file: the film that is played again and again, in its own time.',
    format: optional(text(/^[^-]/, 'the path of a film')),
    default: undefined,
  },
  width: {
    doc: 'Pixels, with height; unset: what the camera likes. Too small: nothing far away is seen; too large: bytes and time of every stage.',
    format: optional(integerIn(16, 8192)),
    default: undefined,
  },
  height: {
    doc: 'Pixels, with width; see there.',
    format: optional(integerIn(16, 8192)),
    default: undefined,
  },
  rate: {
    doc: 'Pictures a second that are asked for. Too small: what moves fast is missed; too large: bytes and time of every stage.',
    format: numberIn(1, 240),
    default: 30,
  },
  silentSeconds: {
    doc:
      'Time without a byte after which the program is ended and started again, s. Too small: a camera that pauses is cut off; too ' +
      'large: one that hangs stays so. (That the stream is stale is seen after 2.5 periods, whatever this says.)',
    format: numberIn(0.1, 3600),
    default: 2,
  },
  startSeconds: {
    doc: 'Time that the camera is given for its first byte, s. Too small: one that starts slowly never does; too large: one that does not start is noticed late.',
    format: numberIn(0.1, 3600),
    default: 10,
  },
};

/** Cameras through a program's standard output; see docs/drivers/camera.md. */
export const camera = defineDevice<CameraConfig>({
  type: 'camera',
  summary: 'USB, network, Raspberry Pi and Jetson cameras, through ffmpeg, GStreamer or rpicam-vid',
  schema: {
    kind: {
      doc:
        'v4l2: a USB or other V4L2 camera; rtsp: a network camera; rpicam: a Raspberry Pi camera; csi: a Jetson CSI camera; file: a ' +
        'film; test: a moving test picture.',
      format: oneOf(...KINDS),
      default: 'v4l2',
    },
    program: {
      doc: 'What reads the camera; rpicam and csi have a program of their own. ffmpeg tells finer times.',
      format: oneOf('ffmpeg', 'gstreamer'),
      default: 'ffmpeg',
    },
    url: {
      doc: 'For kind rtsp: where the camera is. A password in it can be read by whoever may list processes.',
      format: optional(text(/^rtsps?:\/\/\S+$/, 'an address such as rtsp://192.168.1.20/stream')),
      default: undefined,
    },
    sensor: {
      doc: 'For kinds rpicam and csi: the number of the camera.',
      format: integerIn(0, 15),
      default: 0,
    },
    format: {
      doc:
        'mjpeg: compressed, as the camera gives it, until somebody needs pixels; rgb8, mono8 and yuv422 are raw: 2 to 20 times the ' +
        'bytes, nothing to decode.',
      format: oneOf(...FORMATS),
      default: 'mjpeg',
    },
    transcode: {
      doc:
        'Whether MJPEG is made of what comes (H.264, H.265), at the cost of decoding and encoding each picture; unset: for kinds rtsp ' +
        'and file. False for a source that gives MJPEG.',
      format: optional(flag()),
      default: undefined,
    },
    ...pictureSchema,
  },
  streams: (config) => [
    {
      id: 'image',
      kind: 'image',
      frameId: 'camera_optical',
      clock: clockOf(config),
      nominalRate: config.rate,
      role: 'sensor',
    },
  ],
  startSeconds: ({ startSeconds }) => startSeconds,
  link: (config) => linkOf(config, config),
  session: (config, output) =>
    createPictures(
      {
        stream: 'image',
        container: commandOf(config).container,
        codec: config.format === 'mjpeg' ? 'mjpeg' : 'raw',
        device: deviceTime(config),
        patience: config.senselessSeconds,
        measurement(data, track) {
          if (config.format === 'mjpeg' || config.format === 'z16') return { kind: 'image', encoding: 'jpeg', data };
          const { encoding, pixelBytes } = RAW[config.format];
          const { width, height } = track;
          return {
            kind: 'image',
            encoding,
            width,
            height,
            rowStride: rowStrideOf(data.length, track, pixelBytes),
            bigEndian: false,
            data,
          };
        },
      },
      output,
    ),
});

/** A link to the program that gives such pictures. */
export function linkOf(request: PictureRequest, config: CommandConfig): Link {
  return processLink(inPlaceOf({ ...commandOf(request), ...readBy(request) }, config));
}

/** What its program reads, where that is a file of this machine. */
function readBy({ kind, device, path }: PictureRequest): Pick<ProcessOptions, 'reads'> {
  if (kind === 'v4l2') return { reads: device };
  return kind === 'file' && path !== undefined ? { reads: path } : {};
}

/**
 * ffmpeg brings the kernel's time of a V4L2 picture to the time of day. All others count from some moment on: the camera's RTP clock,
 * the sensor's, the pipeline's.
 */
export function clockOf({ kind, program }: PictureRequest): DeviceClock {
  return kind === 'v4l2' && program === 'ffmpeg' ? { domain: 'unix' } : { domain: 'counter', hz: 1e6, bits: 64 };
}

/** From presentation time, µs, to the unit of the clock. */
export function deviceTime(request: PictureRequest): (microseconds: bigint) => bigint {
  return clockOf(request).domain === 'unix' ? (time) => time * 1000n : (time) => BigInt.asUintN(64, time);
}
