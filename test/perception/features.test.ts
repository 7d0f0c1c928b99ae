import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stampOf, type Frame, type Measurement, type MeasurementKind, type StreamId } from '../../src/frame/index.ts';
import { createExtractor, FeatureWindows, type Extractor, type FeatureWindow } from '../../src/perception/index.ts';
import { frameAt } from '../support/frames.ts';

const TIMING = { stepMs: 100, windowMs: 400, hopMs: 200, latenessMs: 50 };

const extractorOf = (kind: MeasurementKind): Extractor => {
  const made = createExtractor(kind);
  if (made === undefined) throw new Error(kind);
  return made;
};

function windowsOf(kinds: Readonly<Record<StreamId, MeasurementKind>>, timing = TIMING): FeatureWindows {
  return new FeatureWindows(timing, new Map(Object.entries(kinds).map(([id, kind]) => [id, extractorOf(kind)])));
}

const withMeasurement = (frame: Frame, measurement: Measurement): Frame => ({ ...frame, measurement });
const speed = (ms: number, forward: number, input = 1, receivedMs = ms): Frame =>
  withMeasurement(frameAt('wheels', ms, { input, receivedMs }), {
    kind: 'odometry',
    childFrameId: 'base',
    twist: { linear: [forward, 0, 0], angular: [0, 0, 0] },
  });
const words = (receivedMs: number, text: string): Frame =>
  withMeasurement(frameAt('speech', receivedMs - 900, { receivedMs }), { kind: 'text', text, duration: 0.9 });

const ALL = () => true;

/** Takes frames as they come and ticks every so often; what was cut. */
function run(windows: FeatureWindows, frames: readonly Frame[], everyMs: number, untilMs: number): FeatureWindow[] {
  const cut: FeatureWindow[] = [];
  const sorted = [...frames].sort((a, b) => a.received - b.received);
  let tick = 0;
  const tickTo = (ns: number): void => {
    for (; tick <= ns; tick += everyMs * 1e6) windows.tick(stampOf(tick), ALL, (window) => cut.push(window));
  };
  for (const frame of sorted) {
    tickTo(frame.received);
    windows.take(frame);
  }
  tickTo(untilMs * 1e6);
  return cut;
}

const maskOf = (window: FeatureWindow, stream: StreamId): string =>
  [...(window.sequences.get(stream)?.mask ?? [])].join('');

describe('windows of features', () => {
  /*
   *  ms      0   100  200  300  400  500  600  700  800
   *  wheels  .1   2 3  .    4    5    .    .    6
   *  windows      first, begun after the first frame: 200..600 ends on the grid of 200; then 400..800
   */
  it('are cut on the grid, once they are over and their lateness is', () => {
    const windows = windowsOf({ wheels: 'odometry' });
    const frames = [
      speed(10, 1),
      speed(110, 2, 2),
      speed(150, 3, 3),
      speed(310, 4, 4),
      speed(420, 5, 5),
      speed(720, 6, 6),
    ];
    const cut = run(windows, frames, 10, 849);
    expect(cut.map(({ start, end }) => [start / 1e6, end / 1e6])).toEqual([[200, 600]]);
    windows.tick(stampOf(850e6), ALL, (window) => cut.push(window));
    expect(cut.map(({ start, end }) => [start / 1e6, end / 1e6])).toEqual([
      [200, 600],
      [400, 800],
    ]);
    expect(cut.map((window) => maskOf(window, 'wheels'))).toEqual(['0110', '1001']);
    expect([...(cut[0].sequences.get('wheels')?.values ?? [])].filter((_, i) => i % 4 === 0)).toEqual([0, 4, 5, 0]);
    expect(cut[0].sequences.get('wheels')?.inputs).toEqual({ first: 4, last: 5, count: 2 });
  });

  it('take what comes late up to the lateness, and count what comes later', () => {
    const windows = windowsOf({ wheels: 'odometry' });
    const frames = [speed(10, 1), speed(390, 2, 2, 440), speed(395, 9, 3, 3000)];
    const cut = run(windows, [...frames, speed(500, 3, 4)], 10, 900);
    expect(maskOf(cut[0], 'wheels')).toBe('0101');
    expect(windows.late()).toEqual({ wheels: 1 });
  });

  it('never let a wrong stamp put a frame ahead of its arrival', () => {
    const windows = windowsOf({ wheels: 'odometry' });
    const cut = run(windows, [speed(10, 1), speed(9e6, 2, 2, 300), speed(450, 3, 3)], 10, 650);
    expect(maskOf(cut[0], 'wheels')).toBe('0110');
  });

  it('mask a stream that is unplugged, one that has not begun and one that fell silent; no words are known to be none', () => {
    const windows = windowsOf({ wheels: 'odometry', speech: 'text', scan: 'scan' });
    const frames = [
      speed(10, 1),
      speed(250, 1),
      speed(350, 1),
      speed(450, 1),
      speed(550, 1),
      words(640, 'well hello there'),
    ];
    const cut = run(windows, frames, 10, 1500);
    expect(cut.map((window) => maskOf(window, 'wheels'))).toEqual(['1111', '1100', '0000', '0000', '0000']);
    expect(cut.map((window) => maskOf(window, 'scan'))).toEqual(['0000', '0000', '0000', '0000', '0000']);
    expect(maskOf(cut[3], 'speech')).toBe('1111');
    const counts = [...(cut[1].sequences.get('speech')?.values ?? [])].filter((_, i) => i % 2 === 0);
    expect(counts).toEqual([0, 0, 3, 0]);
    const off: FeatureWindow[] = [];
    windows.take(speed(1550, 1));
    windows.tick(
      stampOf(1700e6),
      (stream) => stream !== 'wheels',
      (window) => off.push(window),
    );
    expect(off.map((window) => [maskOf(window, 'wheels'), maskOf(window, 'speech')])).toEqual([['0000', '1111']]);
  });

  it('go on after a hole without cutting every window in it', () => {
    const windows = windowsOf({ wheels: 'odometry' });
    const cut = run(windows, [speed(10, 1), speed(250, 1)], 10, 700);
    windows.take(speed(3_600_000, 1));
    windows.tick(stampOf(3_600_300e6), ALL, (window) => cut.push(window));
    expect(cut.length).toBeLessThan(15);
    const last = cut[cut.length - 1];
    expect([last.end / 1e6, maskOf(last, 'wheels')]).toEqual([3_600_200, '0010']);
  });

  it('repeat a scan for one step at the most: its period beats with the steps', () => {
    const scan = (ms: number): Frame =>
      withMeasurement(frameAt('scan', ms), {
        kind: 'scan',
        angleMin: -Math.PI,
        angleMax: Math.PI,
        angleIncrement: Math.PI / 2,
        timeIncrement: 0,
        scanTime: 0.1,
        rangeMin: 0.1,
        rangeMax: 10,
        ranges: Float32Array.of(1, 2, 3, 4),
      });
    const cut = run(windowsOf({ scan: 'scan' }), [10, 250, 399, 601].map(scan), 10, 900);
    expect(cut.map((window) => maskOf(window, 'scan'))).toEqual(['1110', '1011']);
  });

  const measured = fc.oneof(
    fc.record({ stream: fc.constant('wheels'), value: fc.double({ min: -2, max: 2, noNaN: true }) }),
    fc.record({ stream: fc.constant('imu'), value: fc.double({ min: -20, max: 20, noNaN: true }) }),
    fc.record({ stream: fc.constant('ears'), value: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  const timed = fc.array(
    fc.record({ what: measured, gapMs: fc.integer({ min: 1, max: 60 }), lateMs: fc.integer({ min: 0, max: 40 }) }),
    { minLength: 5, maxLength: 80 },
  );
  const framesOf = (drawn: typeof timed extends fc.Arbitrary<infer T> ? T : never): Frame[] => {
    const last = new Map<string, number>();
    let at = 0;
    return drawn.map(({ what: { stream, value }, gapMs, lateMs }, i) => {
      at += gapMs;
      // Frames of a stream come in their order.
      const receivedMs = Math.max(at + lateMs, last.get(stream) ?? 0);
      last.set(stream, receivedMs);
      const frame = frameAt(stream, at, { input: i + 1, receivedMs });
      if (stream === 'wheels') return speedOf(frame, value);
      if (stream === 'imu') {
        return withMeasurement(frame, {
          kind: 'imu',
          linearAcceleration: [value, 1, 9.8],
          angularVelocity: [0, value, 1],
        });
      }
      const data = Int16Array.from({ length: 2 * 320 }, (_, n) => 20_000 * Math.sin(value * n));
      return withMeasurement(frame, { kind: 'audio', sampleRate: 16_000, channels: 2, data, missing: 0 });
    });
  };
  const speedOf = (frame: Frame, forward: number): Frame => ({
    ...speed(0, forward),
    ...frame,
    measurement: speed(0, forward).measurement,
  });
  const KINDS = { wheels: 'odometry', imu: 'imu', ears: 'audio' } as const;

  it('are the same however often time is told', () => {
    fc.assert(
      fc.property(timed, fc.integer({ min: 1, max: 99 }), (drawn, everyMs) => {
        const frames = framesOf(drawn);
        const often = run(windowsOf(KINDS), frames, 1, 6000);
        const seldom = run(windowsOf(KINDS), frames, everyMs, 6000);
        expect(seldom.slice(0, often.length)).toEqual(often.slice(0, seldom.length));
        expect(often.length).toBeGreaterThan(10);
      }),
      { numRuns: 40 },
    );
  });

  it('know nothing of what comes after them', () => {
    fc.assert(
      fc.property(timed, (drawn) => {
        const frames = framesOf(drawn);
        const whole = run(windowsOf(KINDS), frames, 10, 6000);
        for (const window of whole.slice(0, 4)) {
          const before = frames.filter(({ received }) => received <= window.end + TIMING.latenessMs * 1e6);
          const cut = run(windowsOf(KINDS), before, 10, 6000);
          expect(cut.find(({ end }) => end === window.end)).toEqual(window);
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** The numbers of one step, by name. */
function numbersOf(kind: MeasurementKind, measurements: readonly Measurement[]): Record<string, number> {
  const extractor = extractorOf(kind);
  for (const measurement of measurements) extractor.take(measurement);
  const out = new Float32Array(extractor.names.length);
  expect(extractor.write(out, 0)).toBe(true);
  return Object.fromEntries(extractor.names.map((name, i) => [name, out[i]]));
}

describe('numbers', () => {
  it('of an IMU: mean, spread, jolt', () => {
    const at = (x: number): Measurement => ({
      kind: 'imu',
      linearAcceleration: [x, 0, 9],
      angularVelocity: [3, 4, 0.5],
    });
    expect(numbersOf('imu', [at(1), at(3), at(2)])).toMatchObject({ x: 2, z: 9, jolt: 2, turn: 0.5, tilt: 5 });
    expect(numbersOf('imu', [at(1), at(3), at(2)])['x spread']).toBeCloseTo(Math.sqrt(2 / 3), 6);
  });

  it('of a scan: the nearest of each sector, and who comes nearer', () => {
    const scan = (ahead: number): Measurement => ({
      kind: 'scan',
      angleMin: -Math.PI,
      angleMax: Math.PI,
      angleIncrement: Math.PI / 180,
      timeIncrement: 0,
      scanTime: 0.1,
      rangeMin: 0.1,
      rangeMax: 10,
      ranges: Float32Array.from({ length: 360 }, (_, i) => (i === 180 ? ahead : i < 23 ? NaN : 5)),
    });
    const found = numbersOf('scan', [scan(2), scan(1)]);
    expect(found['nearest 8']).toBeCloseTo(0, 6);
    expect(found['nearing 8']).toBeCloseTo(Math.log(2), 5);
    expect(found['nearest 0']).toBeCloseTo(Math.log(12), 5);
    expect(found['nearing 3']).toBe(0);
    expect(found['change']).toBeCloseTo(1 / 360 / 2, 6);
  });

  it('of a depth picture: distance and change in cells, without what was not measured', () => {
    const depth = (mm: number): Measurement => ({
      kind: 'depth',
      width: 80,
      height: 60,
      scale: 1e-3,
      data: Uint16Array.from({ length: 4800 }, (_, i) => (i % 80 < 10 ? mm : i % 80 < 20 ? 0 : 3000)),
    });
    const found = numbersOf('depth', [depth(2000), depth(1500)]);
    expect(found['mean 0']).toBeCloseTo(1.75, 5);
    expect(found['change 0']).toBeCloseTo(0.5, 5);
    expect(found['mean 1']).toBe(8);
    expect(found['mean 2']).toBeCloseTo(3, 5);
    expect(found['change 2']).toBe(0);
  });

  it('of sound: louder in the band that it is in', () => {
    const tone = (hertz: number): Measurement => ({
      kind: 'audio',
      sampleRate: 16_000,
      channels: 1,
      data: Int16Array.from({ length: 1600 }, (_, n) => 10_000 * Math.sin((2 * Math.PI * hertz * n) / 16_000)),
      missing: 0,
    });
    const bands = (hertz: number): number[] => Object.values(numbersOf('audio', [tone(hertz)])).slice(0, 20);
    const loudest = (hertz: number): number => bands(hertz).indexOf(Math.max(...bands(hertz)));
    expect(loudest(200)).toBeLessThan(loudest(1000));
    expect(loudest(1000)).toBeLessThan(loudest(3000));
  });

  it('pass over what is of another kind than was announced', () => {
    const extractor = extractorOf('scan');
    extractor.take({ kind: 'text', text: 'no scan', duration: 0 });
    expect(extractor.write(new Float32Array(extractor.names.length), 0)).toBe(false);
    expect(createExtractor('pose')).toBeUndefined();
  });
});
