import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { depth } from '../../../drivers/camera/depth.ts';
import { camera } from '../../../drivers/camera/driver.ts';
import type { Section } from '../../../src/config/index.ts';
import type { DeviceDriver } from '../../../src/device/index.ts';
import { payloadFault } from '../../../src/perception/index.ts';
import { inspectPicture } from '../../../src/perception/image/compressed.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { configOf } from '../device/decoding.ts';
import { describeProgram, QUICK, realPathOf } from '../programs/conformance.ts';
import { REMEMBER, standIn, type StandIns } from '../programs/stand-in.ts';
import { createHost } from '../support/host.ts';

const SIZE = { width: 160, height: 120 };
const TEST = { kind: 'test', ...SIZE };

describeWithTools(['ffmpeg'], 'camera', () => {
  describeProgram({ driver: camera, config: TEST, program: 'ffmpeg', package: 'ffmpeg' });
});

describeWithTools(['ffmpeg', 'gst-launch-1.0'], 'cameras of all kinds', () => {
  let programs: StandIns | undefined;
  afterEach(() => {
    programs?.close();
    programs = undefined;
  });
  const some = async (driver: DeviceDriver, config: Section, count = 12) => {
    const host = createHost();
    const running = driver.create(
      'device',
      configOf(driver, { ...QUICK, silentSeconds: 5, senselessSeconds: 5, ...config }),
    );
    await running.start(host, new AbortController().signal);
    await host.until(() => host.frames().length >= count);
    await running.close();
    const events = host.admitted.flatMap(({ body }) => (body.kind === 'stream' ? [body.event] : []));
    expect(events).toEqual([]);
    const frames = host.frames();
    for (const { measurement } of frames) expect(payloadFault(measurement)).toBeUndefined();
    const seconds = Number((frames.at(-1)?.device ?? 0n) - (frames[0].device ?? 0n)) / 1e6;
    expect(Math.abs(seconds - (frames.length - 1) / 30)).toBeLessThan(0.002 + 0.1 * seconds);
    return frames.map(({ measurement }) => measurement);
  };

  it.each(['ffmpeg', 'gstreamer'])('passes JPEGs through %s', async (program) => {
    for (const measurement of await some(camera, { ...TEST, program })) {
      expect(measurement).toMatchObject({ kind: 'image', encoding: 'jpeg' });
      if (measurement.kind === 'image') expect(inspectPicture(measurement.data)).toEqual({ format: 'jpeg', ...SIZE });
    }
  });

  it.each([
    ['ffmpeg', 'rgb8', 'rgb8', 3],
    ['ffmpeg', 'mono8', 'mono8', 1],
    ['ffmpeg', 'yuv422', 'yuv422_yuy2', 2],
    ['gstreamer', 'rgb8', 'rgb8', 3],
    ['gstreamer', 'mono8', 'mono8', 1],
    ['gstreamer', 'yuv422', 'yuv422_yuy2', 2],
  ] as const)('gives raw pictures by %s: %s', async (program, format, encoding, bytes) => {
    for (const measurement of await some(camera, { ...TEST, program, format }, 4)) {
      expect(measurement).toMatchObject({ kind: 'image', encoding, ...SIZE, rowStride: 160 * bytes });
      if (measurement.kind === 'image') expect(measurement.data.length).toBe(160 * 120 * bytes);
    }
  });

  it('gives rows with padding as they are', async () => {
    const [measurement] = await some(camera, { ...TEST, width: 66, program: 'gstreamer', format: 'rgb8' }, 4);
    expect(measurement).toMatchObject({ width: 66, rowStride: 200 });
  });

  it('gives depth', async () => {
    for (const measurement of await some(depth, { ...TEST, scale: 0.0001 }, 4)) {
      expect(measurement).toMatchObject({ kind: 'depth', ...SIZE, scale: 0.0001 });
      if (measurement.kind === 'depth') expect(new Set(measurement.data).size).toBeGreaterThan(10);
    }
  });

  it('reads a Raspberry Pi camera: a stand-in that takes rpicam-vid’s command line', async () => {
    programs = standIn({
      'rpicam-vid': `
while [ $# -gt 0 ]; do
  case "$1" in
    --width) w=$2; shift;; --height) h=$2; shift;; --framerate) r=$2; shift;; --libav-format) f=$2; shift;;
    --libav-video-codec) c=$2; shift;; --output) o=$2; shift;; --timeout|--camera|--codec|--libav-video-codec-opts) shift;;
    --nopreview) ;; *) echo "unrecognised option $1" >&2; exit 1;;
  esac
  shift
done
[ "$o" = - ] || exit 2
exec ${realPathOf('ffmpeg')} -v error -nostdin -re -f lavfi -i "testsrc2=size=\${w}x$h:rate=$r" -c:v "$c" -strict unofficial -qmin 4 -qmax 4 -f "$f" -
`,
    });
    await some(camera, { kind: 'rpicam', ...SIZE });
  });

  it('reads a Jetson camera: a stand-in that has the elements of NVIDIA’s', async () => {
    programs = standIn({
      'gst-launch-1.0': `
for part do
  shift
  case "$part" in
    nvarguscamerasrc) part=videotestsrc;; sensor-id=*) part=is-live=true;; nvjpegenc) part=jpegenc;; nvvidconv) part=videoconvert;;
    'video/x-raw(memory:NVMM)'*) part="video/x-raw\${part#*)}";;
  esac
  set -- "$@" "$part"
done
exec ${realPathOf('gst-launch-1.0')} "$@"
`,
    });
    await some(camera, { kind: 'csi', ...SIZE });
    await some(camera, { kind: 'csi', ...SIZE, format: 'mono8' }, 4);
  });

  it('starts no program for a camera that is not there, and one when it is', async () => {
    programs = standIn({
      ffmpeg: `${REMEMBER}exec ${realPathOf('ffmpeg')} -v error -re -f lavfi -i testsrc2=size=64x48:rate=30 -c:v mjpeg -f nut -`,
    });
    const device = join(programs.folder, 'video7');
    const config = configOf(camera, { ...QUICK, device });
    const host = createHost();
    const [absent, present] = [camera.create('device', config), camera.create('device', config)];
    await expect(absent.start(host, new AbortController().signal)).rejects.toMatchObject({
      code: 'E_DRIVER',
      path: device,
      what: 'no such file: is it plugged in, and is its driver loaded?',
    });
    expect(programs.pid).toThrow();
    writeFileSync(device, '');
    await present.start(host, new AbortController().signal);
    await host.until(() => host.frames().length > 0);
    await Promise.all([absent.close(), present.close()]);
  });

  it('says what is wrong with what comes', async () => {
    const faults: Readonly<Record<string, readonly [script: string, reason: RegExp]>> = {
      'another codec': [
        `exec ${realPathOf('ffmpeg')} -v error -re -f lavfi -i testsrc2=size=64x48:rate=30 -c:v mpeg4 -f nut -`,
        /^it gives .*, not mjpeg: see transcode and format$/,
      ],
      'no container': ['exec cat /dev/urandom', /^what it gives makes no sense: /],
      'bytes without a picture': [
        `printf 'nut/multimedia container\\0'; while :; do printf n; sleep 0.1; done`,
        /^(no whole picture in 1.5 s, though bytes come|what it gives makes no sense: .*)$/,
      ],
    };
    for (const [name, [script, reason]] of Object.entries(faults)) {
      programs = standIn({ ffmpeg: `${script}\n` });
      const host = createHost();
      const running = camera.create('device', configOf(camera, { ...TEST, ...QUICK }));
      await running.start(host, new AbortController().signal);
      const lost = () =>
        host.admitted.flatMap(({ body }) =>
          body.kind === 'stream' && body.event.what === 'lost' ? [body.event.reason] : [],
        );
      await host.until(() => lost().length >= 2);
      await running.close();
      for (const said of lost()) expect(said, name).toMatch(reason);
      expect(host.frames()).toEqual([]);
      programs.close();
      programs = undefined;
    }
  });
});
