import { expect, it } from 'vitest';
import { createPictures } from '../../../drivers/camera/pictures.ts';
import { createRandom } from '../../../src/random/index.ts';
import { stampOf } from '../../../src/frame/index.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { ffmpegPictures, gstreamerPictures, MJPEG, NUT } from './media.ts';

const INPUTS = Number(process.env['SENSORIUM_FUZZ_INPUTS'] ?? 100_000);

/** What a session of one program's life made of some bytes. */
function lifeOf(container: 'nut' | 'matroska') {
  const life = { frames: 0, bytes: 0, isBroken: false, held: 0 };
  const session = createPictures(
    {
      stream: 'image',
      container,
      codec: 'mjpeg',
      device: (time) => time,
      patience: 3,
      measurement: (data) => ({ kind: 'image', encoding: 'jpeg', data }),
    },
    {
      frame(_stream, _device, measurement, lease) {
        life.frames += 1;
        if (measurement.kind === 'image') life.bytes += measurement.data.length;
        lease?.release();
      },
      dropped: () => undefined,
      trouble: () => undefined,
      alive: () => undefined,
      broken: () => (life.isBroken = true),
      payload(bytes) {
        life.held += 1;
        return { data: new Uint8Array(bytes), retain: () => undefined, release: () => (life.held -= 1) };
      },
      received: () => stampOf(0),
    },
  );
  return { session, life };
}

/** A copy with flipped bits, random bytes put over it, or a piece taken out. */
function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = (length: number): number => Math.floor(random() * length);
  const kind = random();
  if (kind < 0.5) for (let i = 1 + at(6); i > 0; i -= 1) copy[at(copy.length)] ^= 1 << at(8);
  else if (kind < 0.7) {
    const from = at(copy.length);
    for (let i = from; i < Math.min(copy.length, from + 40); i += 1) copy[i] = at(256);
  } else if (kind < 0.9) {
    const from = at(copy.length);
    copy.copyWithin(from, from + 1 + at(60));
  } else copy.fill(at(256), at(copy.length));
  return copy;
}

describeWithTools(['ffmpeg', 'gst-launch-1.0'], 'pictures', () => {
  it.each([
    ['nut', () => ffmpegPictures(0.1, MJPEG, NUT)],
    ['matroska', () => gstreamerPictures(3, ['!', 'jpegenc'])],
  ] as const)(`in %s survive ${INPUTS} damaged programs`, { timeout: INPUTS * 3 }, (container, make) => {
    const good = make();
    const random = createRandom(7);
    const whole = lifeOf(container);
    whole.session.bytes(good);
    expect(whole.life).toMatchObject({ frames: 3, isBroken: false });
    let slowest = 0;
    let [broken, frames, unfound] = [0, 0, 0];
    for (let i = 0; i < INPUTS; i += 1) {
      const { session, life } = lifeOf(container);
      const input = damaged(good, random);
      const cut = Math.floor(random() * input.length);
      const started = performance.now();
      session.bytes(input.subarray(0, cut));
      session.bytes(input.subarray(cut));
      slowest = Math.max(slowest, performance.now() - started);
      if (life.bytes > 16 * input.length) throw new Error(`${life.bytes} bytes out of ${input.length}`);
      frames += life.frames;
      if (life.isBroken) broken += 1;
      else {
        // It goes on as if nothing had been: what begins anew is found, once a few of the largest frames that there may be are over.
        const before = life.frames;
        for (let more = 0; i % 100 === 0 && more < 80; more += 1) session.bytes(good);
        if (i % 100 === 0 && life.frames < before + 3) unfound += 1;
      }
      session.ended?.();
      if (life.held !== 0) throw new Error(`${life.held} payloads are still held`);
    }
    if (INPUTS > 100_000) console.log({ container, inputs: INPUTS, broken, frames, unfound, slowestMs: slowest });
    expect(unfound).toBe(0);
    expect(broken).toBeGreaterThan(INPUTS / 20);
    expect(frames).toBeGreaterThan(INPUTS);
  });
});
