import { spawnSync } from 'node:child_process';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { camera } from '../../../drivers/camera/driver.ts';
import { depth } from '../../../drivers/camera/depth.ts';
import { cameraEmulator } from '../../../drivers/camera/emulated/emulator.ts';
import { jpegOf } from '../../../drivers/camera/emulated/jpeg.ts';
import { blocksAt, pixelsOf } from '../../../drivers/camera/emulated/picture.ts';
import { microphone } from '../../../drivers/microphone/driver.ts';
import type { Section } from '../../../src/config/index.ts';
import type { DeviceDriver } from '../../../src/device/index.ts';
import { payloadFault } from '../../../src/perception/index.ts';
import { MAIN } from '../../support/program.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { startDriver } from '../device/live.ts';

describe('an emulated picture', () => {
  it('is a JPEG of the pixels that it says', async () => {
    const blocks = blocksAt(100, 60, 1.3, 39);
    const { data, info } = await sharp(jpegOf(blocks)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([100, 60, 3]);
    const expected = pixelsOf(blocks, 'rgb8');
    const differences = data.map((value, i) => Math.abs(value - expected[i]));
    expect(Math.max(...differences)).toBeLessThanOrEqual(2);
  });
});

describeWithTools(['ffmpeg'], 'emulated pictures', () => {
  // Command lines as the driver writes them, shortened.
  it.each([
    ['MJPEG in NUT', ['-video_size', '64x48', '-framerate', '20'], 'nut'],
    ['grey in NUT', ['-s', '64x48', '-framerate', '20', '-pix_fmt', 'gray'], 'nut'],
    ['MJPEG in Matroska', ['width=64,height=48,framerate=20/1', '!', 'jpegenc', '!', 'matroskamux'], 'matroska'],
    [
      'RGB in Matroska',
      ['width=64,height=48,framerate=20/1', '!', 'video/x-raw,format=RGB', '!', 'matroskamux'],
      'matroska',
    ],
  ])('are read by ffmpeg: %s', (_, args, format) => {
    const input = cameraEmulator.create(1, args).until(1);
    const read = [
      '-v',
      'error',
      '-f',
      format,
      '-i',
      'pipe:0',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-fps_mode',
      'passthrough',
      'pipe:1',
    ];
    const { stdout, stderr } = spawnSync('ffmpeg', read, { input, maxBuffer: 2 ** 26 });
    expect(stderr.toString()).toBe('');
    expect(stdout.length).toBe(20 * 64 * 48);
  });
});

describe('sensorium emulate', () => {
  const command = (device: string): string[] => [process.execPath, MAIN, 'emulate', device, '--'];
  const SIZE = { width: 64, height: 48 };

  it.each<[string, DeviceDriver, Section]>([
    ['ffmpeg', camera, { ...SIZE }],
    ['gst-launch-1.0', camera, { ...SIZE, program: 'gstreamer' }],
    ['rpicam-vid', camera, { ...SIZE, kind: 'rpicam' }],
    ['ffmpeg, with raw pictures', camera, { ...SIZE, kind: 'test', format: 'yuv422' }],
    ['ffmpeg, with depth', depth, { ...SIZE }],
    ['arecord', microphone, { channels: 2 }],
    ['pw-record', microphone, { program: 'pipewire' }],
  ])('stands in for %s', async (_, driver, config) => {
    const { host, running, framesAfter, events } = await startDriver(driver, {
      // What stands in has to load a program of its own first.
      silentSeconds: 30,
      ...config,
      command: command(driver.type),
    });
    await framesAfter(12);
    await running.close();
    const [{ nominalRate = NaN, clock }] = running.streams;
    const frames = host.frames().slice(0, 12);
    frames.forEach(({ measurement }) => expect(payloadFault(measurement)).toBeUndefined());
    const hz = clock.domain === 'counter' ? clock.hz : 1e9;
    const seconds = Number((frames[11].device ?? 0n) - (frames[0].device ?? 0n)) / hz;
    expect(seconds).toBeCloseTo(11 / nominalRate, 2);
    expect(events()).toEqual([]);
  });
});
