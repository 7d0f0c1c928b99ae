import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Muffling } from '../../src/pipeline/answer/muffled.ts';
import { createRandom } from '../../src/random/index.ts';

const RATE = 8000;
const second = (of: (i: number) => number): Int16Array =>
  Int16Array.from({ length: RATE }, (_, i) => Math.round(of(i)));
const block = (data: Int16Array) => ({ kind: 'audio', sampleRate: RATE, channels: 1, missing: 0, data }) as const;

/** Low tones of it, and a tenth of these: as under a blanket. */
function covered(data: Int16Array): Int16Array {
  let low = 0;
  return data.map((sample) => Math.round(0.1 * (low += 0.05 * (sample - low))));
}

it('tells muffled sound from silence, noise and tones, however loud they are', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 30, max: 300 }),
      fc.integer({ min: 1, max: 4 }),
      (seed, own, louder) => {
        const random = createRandom(seed);
        const noise = second(() => own * (random() - 0.5) * 3);
        const hum = noise.map((sample, i) => sample + 20 * own * Math.sin((2 * Math.PI * 110 * i) / RATE));
        const loud = noise.map((sample) => sample * louder);
        const muffling = new Muffling();
        for (const data of [loud, hum, noise]) {
          muffling.hear(block(data));
          expect(muffling.isMuffled(block(data))).toBe(false);
        }
        // Again and again: it does not become what is usual.
        for (let i = 0; i < 3; i += 1) {
          muffling.hear(block(covered(hum)));
          expect(muffling.isMuffled(block(covered(hum)))).toBe(true);
        }
        expect(muffling.isMuffled(block(noise))).toBe(false);
      },
    ),
    { numRuns: 20 },
  );
});
