import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { camera } from '../../../drivers/camera/driver.ts';
import { inspectPicture } from '../../../src/perception/image/compressed.ts';
import { describeWithTools, PYTHON } from '../../support/requirements.ts';
import { configOf } from '../device/decoding.ts';
import { createHost } from '../support/host.ts';

describeWithTools(['ffmpeg', 'gst-launch-1.0', 'python3:gi'], 'a network camera', () => {
  let server: ChildProcess | undefined;
  let url = '';
  beforeAll(async () => {
    server = spawn(PYTHON, [join(import.meta.dirname, 'rtsp_server.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
    if (server.stdout === null) throw new Error('no output');
    const [port] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    url = `rtsp://127.0.0.1:${port}/camera`;
  });
  afterAll(async () => {
    server?.stdin?.end();
    if (server?.exitCode === null) await once(server, 'close');
  });

  it.each([
    ['ffmpeg', false],
    ['ffmpeg', true],
    ['gstreamer', false],
    ['gstreamer', true],
  ] as const)('is read through %s, made anew: %s', async (program, transcode) => {
    const host = createHost();
    const running = camera.create('device', configOf(camera, { kind: 'rtsp', url, program, transcode }));
    await running.start(host, new AbortController().signal);
    await host.until(() => host.frames().length >= 20);
    await running.close();
    const frames = host.frames();
    for (const { measurement } of frames) {
      if (measurement.kind !== 'image') throw new Error('no picture');
      expect(inspectPicture(measurement.data)).toEqual({ format: 'jpeg', width: 160, height: 120 });
    }
    // The camera's own clock tells 30 Hz, however the pictures come.
    const seconds = Number((frames[19].device ?? 0n) - (frames[9].device ?? 0n)) / 1e6;
    expect(Math.abs(seconds - 10 / 30)).toBeLessThan(0.07);
  });
});
