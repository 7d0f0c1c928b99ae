import { describe, expect, it } from 'vitest';
import { NS_PER_MS, stampOf, type Frame, type ImageMeasurement, type InputNumber } from '../../src/frame/index.ts';
import { soundFor } from '../../src/hub/index.ts';
import { LastSeconds } from '../../src/pipeline/answer/last-seconds.ts';

const frameAt = (ms: number, measurement: Frame['measurement']): Frame => ({
  input: 0 as InputNumber,
  stream: 'camera',
  frameId: 'camera',
  stamp: stampOf(ms * NS_PER_MS),
  deviation: 0,
  received: stampOf(ms * NS_PER_MS),
  measurement,
});
/** A picture of one grey, which tells when it was taken. */
const grey = (level: number): ImageMeasurement => ({
  kind: 'image',
  encoding: 'rgb8',
  width: 4,
  height: 3,
  rowStride: 12,
  data: new Uint8Array(36).fill(level),
});

/** So many ms of pictures, every 100, whose grey is the number of the picture; and of an IMU that turns to the left. */
function seen(ms: number, last = new LastSeconds(2)): LastSeconds {
  for (let at = 0; at <= ms; at += 10) {
    const turns = { kind: 'imu', angularVelocity: [0, 0, 0.5], linearAcceleration: [0, 0, 9.81] } as const;
    last.feel(frameAt(at, turns), turns);
    const picture = grey(at / 100);
    if (at % 100 === 0) last.see(frameAt(at, picture), picture);
  }
  return last;
}

describe('the last seconds of a camera and an IMU', () => {
  it('are four pictures before the last one, evenly spread, and what was felt step by step', () => {
    const at = stampOf(6000 * NS_PER_MS);
    const [pictures, felt] = [seen(6000).before(at), seen(6000).felt(at)];
    expect(pictures.map(({ width, height, data }) => [width, height, data.length, data[0]])).toEqual(
      // Of every second picture, those nearest to 4, 4.5, 5 and 5.5 s.
      [40, 44, 50, 54].map((level) => [160, 120, 57_600, level]),
    );
    expect(felt?.length).toBe(240);
    expect(felt?.[2]).toBeCloseTo(0.5);
    expect(felt?.[12 * 19 + 5]).toBeCloseTo(9.81, 4);
  });

  it('are as many as there are, and none where nothing came or pictures are compressed', () => {
    expect(
      seen(800)
        .before(stampOf(800 * NS_PER_MS))
        .map(({ data }) => data[0]),
    ).toEqual([0, 2]);
    expect(new LastSeconds(2).before(stampOf(0))).toEqual([]);
    expect(new LastSeconds(2).felt(stampOf(0))).toBeUndefined();
    const last = new LastSeconds(2);
    const compressed = { kind: 'image', encoding: 'jpeg', data: new Uint8Array(36) } as const;
    last.see(frameAt(0, compressed), compressed);
    expect(last.before(stampOf(500 * NS_PER_MS))).toEqual([]);
  });

  it('go as new ones come', () => {
    const last = seen(20_000);
    expect(last.before(stampOf(1000 * NS_PER_MS))).toEqual([]);
    expect(last.before(stampOf(20_000 * NS_PER_MS)).length).toBe(4);
  });
});

describe('sound for a model', () => {
  const hears = { channels: 2, samples: 3 };
  it('is the end of what there is, or begins in silence', () => {
    const of = (data: number[]) => [...soundFor({ hears }, { channels: 2, data: Int16Array.from(data) })];
    expect(of([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([3, 4, 5, 6, 7, 8]);
    expect(of([5, 6])).toEqual([0, 0, 0, 0, 5, 6]);
  });

  it('is as it is for a model that does not hear, or other channels', () => {
    const data = Int16Array.from([1, 2]);
    expect(soundFor({}, { channels: 2, data })).toBe(data);
    expect(soundFor({ hears }, { channels: 1, data })).toBe(data);
  });
});
