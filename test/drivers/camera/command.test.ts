import { describe, expect, it } from 'vitest';
import { commandOf, type PictureRequest } from '../../../drivers/camera/command.ts';
import { camera } from '../../../drivers/camera/driver.ts';
import { configOf } from '../device/decoding.ts';

const request = (said: Partial<PictureRequest>): PictureRequest => ({
  program: 'ffmpeg',
  kind: 'v4l2',
  device: '/dev/video0',
  sensor: 0,
  rate: 30,
  format: 'mjpeg',
  ...said,
});
const lineOf = (said: Partial<PictureRequest>): string => {
  const { command, args } = commandOf(request(said));
  return [command, ...args].join(' ');
};
const FFMPEG = 'ffmpeg -hide_banner -nostdin -nostats -loglevel warning -copyts';
const NUT = '-f nut -write_index 0 -flush_packets 1 pipe:1';
const MATROSKA = '! matroskamux streamable=true ! fdsink fd=1';
const SIZE = { width: 1280, height: 720 };

describe('the command line', () => {
  it.each<[string, Partial<PictureRequest>, string]>([
    [
      'a USB camera, its JPEGs untouched, by the kernel’s time',
      { ...SIZE, device: '/dev/v4l/by-id/usb-cam' },
      `${FFMPEG} -f v4l2 -timestamps mono2abs -input_format mjpeg -video_size 1280x720 -framerate 30 -i /dev/v4l/by-id/usb-cam -map 0:v:0 -c copy ${NUT}`,
    ],
    [
      'a USB camera, raw as it comes',
      { format: 'yuv422' },
      `${FFMPEG} -f v4l2 -timestamps mono2abs -input_format yuyv422 -framerate 30 -i /dev/video0 -map 0:v:0 -c copy ${NUT}`,
    ],
    [
      'a USB camera, greys made of what it gives',
      { format: 'mono8' },
      `${FFMPEG} -f v4l2 -timestamps mono2abs -framerate 30 -i /dev/video0 -map 0:v:0 -c:v rawvideo -pix_fmt gray -enc_time_base 1:1000000 ${NUT}`,
    ],
    [
      'a depth camera',
      { format: 'z16', ...SIZE },
      `${FFMPEG} -f v4l2 -timestamps mono2abs -input_format gray16le -video_size 1280x720 -framerate 30 -i /dev/video0 -map 0:v:0 -c copy ${NUT}`,
    ],
    [
      'a network camera, JPEGs made of its H.264',
      { kind: 'rtsp', url: 'rtsp://camera/1' },
      `${FFMPEG} -fflags nobuffer -rtsp_transport tcp -i rtsp://camera/1 -map 0:v:0 -c:v mjpeg -pix_fmt yuvj420p -q:v 4 -threads 1 -enc_time_base 1:1000000 ${NUT}`,
    ],
    [
      'a network camera that gives JPEGs',
      { kind: 'rtsp', url: 'rtsp://camera/1', transcode: false },
      `${FFMPEG} -fflags nobuffer -rtsp_transport tcp -i rtsp://camera/1 -map 0:v:0 -c copy ${NUT}`,
    ],
    [
      'a Raspberry Pi camera',
      { kind: 'rpicam', ...SIZE, sensor: 1 },
      'rpicam-vid --timeout 0 --nopreview --camera 1 --width 1280 --height 720 --framerate 30 --codec libav --libav-format nut --libav-video-codec mjpeg --libav-video-codec-opts strict=unofficial;qmin=4;qmax=4 --output -',
    ],
    [
      'a Jetson camera',
      { kind: 'csi', ...SIZE, rate: 29.97 },
      `gst-launch-1.0 -q nvarguscamerasrc sensor-id=0 ! video/x-raw(memory:NVMM),format=NV12,width=1280,height=720,framerate=29970/1000 ! nvjpegenc ${MATROSKA}`,
    ],
    [
      'a Jetson camera, raw',
      { kind: 'csi', ...SIZE, format: 'rgb8' },
      `gst-launch-1.0 -q nvarguscamerasrc sensor-id=0 ! video/x-raw(memory:NVMM),format=NV12,width=1280,height=720,framerate=30/1 ! nvvidconv ! videoconvert ! video/x-raw,format=RGB ${MATROSKA}`,
    ],
    [
      'a USB camera by GStreamer',
      { program: 'gstreamer', ...SIZE },
      `gst-launch-1.0 -q v4l2src device=/dev/video0 ! image/jpeg,width=1280,height=720,framerate=30/1 ${MATROSKA}`,
    ],
    [
      'a network camera by GStreamer',
      { program: 'gstreamer', kind: 'rtsp', url: 'rtsp://camera/1' },
      `gst-launch-1.0 -q rtspsrc location=rtsp://camera/1 latency=0 protocols=tcp ! decodebin ! videoconvert ! jpegenc ${MATROSKA}`,
    ],
  ])('of %s', (_name, said, line) => {
    expect(lineOf(said)).toBe(line);
  });

  it.each<[Partial<PictureRequest>, string, string]>([
    [{ kind: 'rtsp' }, 'E_CONFIG_MISSING', 'url'],
    [{ kind: 'file' }, 'E_CONFIG_MISSING', 'path'],
    [{ kind: 'rpicam', format: 'rgb8' }, 'E_CONFIG_CONFLICT', 'format'],
    [{ width: 640 }, 'E_CONFIG_CONFLICT', 'width'],
    [{ kind: 'rtsp', url: 'rtsp://camera', transcode: false, ...SIZE }, 'E_CONFIG_CONFLICT', 'width'],
  ])('cannot be had for %j', (said, code, path) => {
    expect(() => commandOf(request(said))).toThrow(expect.objectContaining({ code, path }) as Error);
  });

  it('is asked for under the source’s name', () => {
    const read = () => configOf(camera, { kind: 'rtsp' });
    expect(read).toThrow(expect.objectContaining({ code: 'E_CONFIG_MISSING', path: 'sources.device.url' }) as Error);
  });
});
