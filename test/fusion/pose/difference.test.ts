import { describe, expect, it } from 'vitest';
import { NS_PER_SECOND, stampOf, type InputNumber } from '../../../src/frame/index.ts';
import { createDifferencer } from '../../../src/fusion/pose/difference.ts';
import { IDENTITY_TRANSFORM } from '../../../src/geometry/index.ts';

const USE = ['vx', 'vy', 'vz', 'yawRate'] as const;

/** What becomes of poses 0.1 s apart, along x, without an IMU. */
function differencesOf(places: readonly number[]): (number | 'frozen' | undefined)[] {
  const differ = createDifferencer();
  return places.map((x, i) => {
    const stamp = stampOf(i * 0.1 * NS_PER_SECOND);
    const measurement = {
      kind: 'odometry',
      childFrameId: 'base_link',
      pose: { position: [x, 0, 0], orientation: [1, 0, 0, 0] },
    } as const;
    const input = i as InputNumber;
    const frame = { input, stream: 'wheels', frameId: 'odom', stamp, deviation: 0, received: stamp, measurement };
    const event = differ(frame, IDENTITY_TRANSFORM, USE, false);
    return event === undefined || event === 'frozen' || event.kind !== 'step'
      ? (event as undefined)
      : event.translation[0];
  });
}

const driving = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + 0.1 * i);
const resting = (at: number, count: number): number[] => Array.from({ length: count }, () => at);

/*
 *   x  ....../''''''/   drives, the same pose for a while, drives on from where it is by then
 *            |frozen|
 */
describe('odometry that tells poses alone', () => {
  it('has frozen where it never stayed the same before; the step that ends it holds all the way', () => {
    const told = differencesOf([...driving(0, 150), ...resting(14.9, 20), ...driving(17, 10)]);
    expect(told.slice(1, 150).every((way) => Math.abs((way as number) - 0.1) < 1e-9)).toBe(true);
    expect(told.slice(150, 170)).toEqual(resting(0, 20).map(() => 'frozen'));
    expect(told[170]).toBeCloseTo(2.1, 9);
    expect(told[171]).toBeCloseTo(0.1, 9);
  });

  it('is that of a robot that stands where it has stood before, or has hardly driven', () => {
    for (const places of [
      [...resting(0, 10), ...driving(0, 150), ...resting(14.9, 20)],
      [...driving(0, 50), ...resting(4.9, 20)],
    ])
      expect(differencesOf(places)).not.toContain('frozen');
  });

  it('is believed after half a minute, and from then on', () => {
    const told = differencesOf([...driving(0, 150), ...resting(14.9, 400), ...driving(15, 300), ...resting(44.9, 20)]);
    expect(told.slice(150, 448)).not.toContain(0);
    expect(told.slice(450, 550).every((way) => way === 0)).toBe(true);
    expect(told.slice(550)).not.toContain('frozen');
  });
});
