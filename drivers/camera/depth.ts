import { numberIn, oneOf } from '../../src/contract/index.ts';
import { defineDevice, type CommandConfig, type Link } from '../../src/device/index.ts';
import { commandOf, type PictureRequest } from './command.ts';
import { clockOf, deviceTime, linkOf, pictureSchema } from './driver.ts';
import { createPictures } from './pictures.ts';

interface DepthConfig extends CommandConfig {
  readonly kind: 'v4l2' | 'file' | 'test';
  readonly device: string;
  readonly path?: string;
  readonly width?: number;
  readonly height?: number;
  readonly rate: number;
  readonly scale: number;
  readonly startSeconds: number;
}

/** 16-bit depth over V4L2; see docs/drivers/camera.md. */
export const depth = defineDevice<DepthConfig>({
  type: 'depth',
  summary: 'depth cameras that give 16-bit counts over V4L2 (Z16: Intel RealSense D400), through ffmpeg',
  schema: {
    kind: {
      doc: 'v4l2: a depth camera; file: a film of 16-bit greys; test: a moving test picture.',
      format: oneOf('v4l2', 'file', 'test'),
      default: 'v4l2',
    },
    scale: {
      doc: 'm for each count, as the camera is set (RealSense D400: 0.001). Too small: all is nearer than it is; too large: farther.',
      format: numberIn(1e-6, 1),
      default: 0.001,
    },
    ...pictureSchema,
  },
  streams: (config) => [
    {
      id: 'depth',
      kind: 'depth',
      frameId: 'depth_optical',
      clock: clockOf(requestOf(config)),
      nominalRate: config.rate,
      role: 'sensor',
    },
  ],
  startSeconds: ({ startSeconds }) => startSeconds,
  link: (config): Link => linkOf(requestOf(config), config),
  session: (config, output) =>
    createPictures(
      {
        stream: 'depth',
        container: commandOf(requestOf(config)).container,
        codec: 'raw',
        device: deviceTime(requestOf(config)),
        patience: config.senselessSeconds,
        measurement(bytes, { width, height }) {
          const counts = Math.min(width * height, bytes.length >> 1);
          const data = new Uint16Array(bytes.buffer, bytes.byteOffset, counts);
          return { kind: 'depth', width, height, scale: config.scale, data };
        },
      },
      output,
    ),
});

function requestOf(config: DepthConfig): PictureRequest {
  return { ...config, program: 'ffmpeg', sensor: 0, format: 'z16' };
}
