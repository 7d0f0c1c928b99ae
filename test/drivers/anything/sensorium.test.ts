import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largeTopicsOf, topicsOf } from '../../../drivers/anything/sensorium/decode.ts';
import { sensorium } from '../../../drivers/anything/sensorium/driver.ts';
import { sensoriumEmulator } from '../../../drivers/anything/sensorium/emulator.ts';
import type { RemoteKind } from '../../../drivers/anything/sensorium/wire.ts';
import { deviceBench, fuzzDecoder } from '../../../src/bench/index.ts';
import type { Chunk } from '../../../src/device/index.ts';
import { SCHEMAS } from '../../../src/publish/schema/messages.ts';
import { freePort } from '../../publish/support/publishing.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, createDecoding } from '../device/decoding.ts';
import { openLine } from '../device/line.ts';
import { measurements } from './any-measurement.ts';
import { heard, ORIGIN, parts, published, said, type Said } from './other-board.ts';

const STREAMS = sensoriumEmulator.config?.['streams'];

describeDevice({
  driver: sensorium,
  emulator: sensoriumEmulator,
  open: async (emulator) => openLine(emulator, await freePort()),
  config: { streams: STREAMS },
  rate: 20,
  hasChecksum: false,
});

describe('measurements of another daemon', () => {
  it('are what they were there, of every kind', () => {
    fc.assert(
      fc.property(measurements, (measurement) => {
        const { frames, dropped, troubles } = heard(measurement.kind, published(measurement));
        expect([dropped, troubles]).toEqual([{}, []]);
        expect(frames).toEqual([{ stream: 'it', device: 1_750_000_001_000_000_005n, measurement }]);
      }),
      { numRuns: 500 },
    );
  });

  it('without a fix, or without limits, are such here too', () => {
    const nowhere = { kind: 'fix', latitude: NaN, longitude: NaN, quality: 'none', service: 0 } as const;
    expect(heard('fix', published(nowhere)).frames).toMatchObject([{ measurement: nowhere }]);
    const far = { kind: 'range', rangeMin: 0.1, rangeMax: Infinity, fieldOfView: 0, variance: NaN } as const;
    const [{ measurement }] = heard('range', published(far)).frames;
    expect(measurement).toEqual({ kind: 'range', rangeMin: 0.1, rangeMax: 3.4028234663852886e38, fieldOfView: 0 });
  });

  it('count what was lost on the way, but not across a new start', () => {
    const one = { kind: 'scalar', quantity: 'humidity', value: 0.5 } as const;
    const numbered = (sequence: number, boot = 'first') => published(one, sequence, { boot });
    expect(heard('scalar', numbered(5), numbered(6), numbered(9), numbered(12)).dropped).toEqual({
      'lost on the way': 4,
    });
    expect(heard('scalar', numbered(5), numbered(1, 'second'), numbered(2, 'second')).dropped).toEqual({});
    expect(heard('scalar', numbered(5), numbered(900, 'second')).dropped).toEqual({});
  });

  it('may have fields that are not known yet', () => {
    const body = { kind: 'scalar', colour: 'blue', scalar: { quantity: 'humidity', value: 0.5, mood: 'dry' } };
    const { frames, dropped } = heard(
      'scalar',
      said('measurements/it', 'Measurement', 1, body, { header: { hop: 1 } }),
    );
    expect([frames.length, dropped]).toEqual([1, {}]);
  });

  it('are refused with a reason, which is gone with the next good one', () => {
    const good = published({ kind: 'scalar', quantity: 'humidity', value: 0.5 });
    const { troubles, dropped } = heard('imu', good, good);
    expect([troubles, dropped]).toEqual([['kind: expected imu, got "scalar"'], { invalid: 2 }]);
    const refused = (body: object, more: Said = {}, kind = 'scalar') =>
      heard(kind, said('measurements/it', 'Measurement', 1, { kind, ...body }, more), good).troubles;
    const scalar = { quantity: 'humidity', value: 0.5 };
    expect(refused({ scalar: { ...scalar, value: '1' } })).toEqual(['value: expected a number, got "1"', undefined]);
    expect(refused({})).toEqual(['scalar: expected an object, got nothing', undefined]);
    for (const header of [
      { boot: 3 },
      { sequence: 1.5 },
      { sequence: 0 },
      { stamp: 7 },
      { stamp: { sec: 1.5, nsec: 0 } },
    ])
      expect(refused({ scalar }, { header })[0]).toMatch(/^header/);
    const ranges = {
      angle_min: 0,
      angle_max: 1,
      angle_increment: 1,
      time_increment: 0,
      scan_time: 0,
      range_min: 0,
      range_max: 9,
    };
    const scan = (rays: unknown, bytes?: number) =>
      refused(
        { scan: { ...ranges, rays, has_intensities: false } },
        bytes === undefined ? {} : { attached: new Uint8Array(bytes) },
        'scan',
      )[0];
    expect(scan(2)).toBe('the fourth part: expected 2 numbers, got 0');
    expect(scan(2, 12)).toBe('the fourth part: expected 2 numbers, got 3');
    for (const [rays, bytes] of [
      [0.5, 2],
      [-1, 4],
      [1e12, 4],
      ['x', 4],
      [0, 0],
    ] as const)
      expect(scan(rays, bytes)).toBeDefined();
    const audio = { sample_rate: 16_000, channels: 2, samples: 3, missing: 0 };
    expect(refused({ audio }, { attached: new Uint8Array(6) }, 'audio')[0]).toMatch(
      /^samples: expected a multiple of 2/,
    );
  });

  it('that gave way over there are told apart from those lost on the way', () => {
    const one = { kind: 'scalar', quantity: 'humidity', value: 0.5 } as const;
    const numbered = (sequence: number, dropped?: number) => published(one, sequence, { dropped });
    expect(heard('scalar', numbered(5, 3), numbered(9, 2), numbered(10), numbered(12, 9)).dropped).toEqual({
      'dropped by the sender': 3,
      'lost on the way': 1,
    });
    expect(heard('scalar', numbered(1, 0.5)).dropped).toEqual({ invalid: 1 });
  });

  it('that are no JSON, or nested without end, are dropped', () => {
    const deep = `{"kind":"pose","pose":{"pose":${'{"position":'.repeat(50_000)}1${'}'.repeat(50_000)}}}`;
    const header = '{"schema":"Measurement","sequence":1,"boot":"a","stamp":{"sec":1,"nsec":0}}';
    const topic = 'measurements/it';
    const whole = (payload: string) => parts(topic, header, payload);
    expect(heard('pose', whole(deep), whole(deep.replaceAll('{"position":', '[').replaceAll('}', ']'))).frames).toEqual(
      [],
    );
    expect(heard('pose', whole(deep)).dropped).toEqual({ invalid: 1 });
    expect(heard('pose', whole('{'), whole('[]'), parts(topic, 'null', '{}')).dropped).toEqual({ malformed: 3 });
    const good = published({ kind: 'scalar', quantity: 'humidity', value: 0.5 });
    for (const bad of [
      parts(topic, header),
      parts(topic, header, '{}', 'x', 'x'),
      whole(`{"kind":"${'x'.repeat(1_100_000)}"}`),
      parts(topic, '', '', ''),
    ]) {
      const { frames, dropped } = heard('scalar', bad, good, bad, good);
      expect([frames.length, dropped]).toEqual([2, { malformed: 2 }]);
    }
    expect(
      heard('scalar', parts('measurements/other', ''), parts('', ''), [Buffer.from(''), ''], good).dropped,
    ).toEqual({});
  });

  it('are asked for by name, with what is said of their sensor', () => {
    const streams = [
      { id: 'eye', kind: 'image', topic: 'measurements/camera' },
      { id: 'pose', kind: 'odometry', topic: 'pose' },
      { id: 'laser', kind: 'scan', topic: 'measurements/scan' },
      { id: 'again', kind: 'scan', topic: 'measurements/scan' },
    ] as const;
    const sensors = ['sensors/camera', 'sensors/scan'];
    expect(topicsOf(streams)).toEqual(['state', 'diag', 'pose', 'measurements/scan', ...sensors]);
    expect(largeTopicsOf(streams)).toEqual(['measurements/camera']);
  });

  it('have to be led to where there are no ports', () => {
    const zeromq = { url: 'ipc:///run/jackal' };
    const make = (kind: string, more: object = {}) =>
      sensorium.create('jackal', configOf(sensorium, { zeromq: { ...zeromq, ...more }, streams: { it: { kind } } }));
    expect(() => make('image')).toThrow(
      expect.objectContaining({ code: 'E_CONFIG_MISSING', path: 'sources.device.zeromq.largeUrl' }) as Error,
    );
    expect(() => make('imu')).not.toThrow();
    expect(() => make('image', { largeUrl: 'ipc:///run/jackal-large' })).not.toThrow();
  });
});

describe('what another daemon tells of its streams', () => {
  const sensor = (state: string, why?: string) => said('sensors/it', 'SensorState', 1, { state, why });
  const good = published({ kind: 'scalar', quantity: 'humidity', value: 0.5 });

  it('is their trouble here', () => {
    const { troubles } = heard(
      'scalar',
      good,
      sensor('stale', 'no frame for 80 ms'),
      sensor('lost'),
      sensor('ok'),
      good,
    );
    expect(troubles).toEqual(['stale there: no frame for 80 ms', 'lost there', undefined]);
  });

  it('shows what it does not publish', () => {
    const { troubles } = heard('scalar', ...Array.from({ length: 5 }, () => sensor('ok')), good, sensor('ok'));
    expect(troubles).toEqual(['nothing comes of it: is it listed under publish.measurements there?', undefined]);
  });

  it('ends the connection where it has stopped', () => {
    const { broken } = heard(
      'scalar',
      said('state', 'RobotState', 1, { state: 'online' }),
      said('state', 'RobotState', 2, { state: 'offline' }),
    );
    expect(broken).toEqual(['the other daemon has stopped']);
  });
});

describe('estimates of another daemon', () => {
  const pose = {
    frame_id: 'odom',
    child_frame_id: 'base_link',
    pose: { position: { x: 1, y: 2, z: 3 }, orientation: { x: 0, y: 0, z: 0.6, w: 0.8 } },
    covariance: Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 0.01 : 0)),
    twist: { linear: { x: 0.5, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0.25 } },
    validity: 'valid',
    provenance: ORIGIN,
  };
  const estimate = {
    position: [1, 2, 3],
    orientation: [0.8, 0, 0, 0.6],
    covariance: Float64Array.from(pose.covariance),
  };
  const take = (kind: RemoteKind, topic: string, ...messages: Chunk[]) => {
    const { session, decoded } = createDecoding(sensorium, { streams: { it: { kind, topic } } });
    for (const one of messages) session.bytes(...one);
    return decoded;
  };

  it('are odometry, or a pose', () => {
    const twist = { linear: [0.5, 0, 0], angular: [0, 0, 0.25] };
    expect(take('odometry', 'pose', said('pose', 'Pose', 1, pose)).frames).toMatchObject([
      { measurement: { kind: 'odometry', childFrameId: 'base_link', pose: estimate, twist } },
    ]);
    expect(take('pose', 'pose', said('pose', 'Pose', 1, pose)).frames).toMatchObject([
      { measurement: { kind: 'pose', pose: estimate } },
    ]);
  });

  it('of orientation are what an inertial sensor says', () => {
    const covariance = [0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.2];
    const body = {
      orientation: pose.pose.orientation,
      covariance,
      angular_velocity: { x: 0, y: 0, z: 1 },
      validity: 'valid',
    };
    expect(take('imu', 'orientation', said('orientation', 'Orientation', 1, body)).frames).toMatchObject([
      {
        measurement: {
          kind: 'imu',
          orientation: [0.8, 0, 0, 0.6],
          orientationCovariance: Float64Array.from(covariance),
          angularVelocity: [0, 0, 1],
        },
      },
    ]);
  });

  it('that are not to be relied on are none', () => {
    const valid = (sequence: number, validity: string, why?: string) =>
      said('pose', 'Pose', sequence, { ...pose, validity, validity_reason: why });
    const { frames, dropped, troubles } = take(
      'odometry',
      'pose',
      valid(1, 'initialising'),
      valid(2, 'valid'),
      valid(3, 'degraded', 'no wheels'),
      valid(4, 'lost', 'nothing left'),
      valid(5, 'valid'),
    );
    expect([frames.length, dropped]).toEqual([3, { 'not valid': 2 }]);
    expect(troubles).toEqual([
      'initialising there',
      undefined,
      'degraded there: no wheels',
      'lost there: nothing left',
      undefined,
    ]);
  });

  it('come as what they are', () => {
    const make = (section: object) => () => sensorium.streamsOf(configOf(sensorium, { streams: { it: section } }));
    expect(make({ kind: 'scan', topic: 'pose' })).toThrow('"pose" comes as odometry or pose, not as scan');
    expect(make({ kind: 'pose', topic: 'pose' })).not.toThrow();
    expect(() => sensorium.streamsOf(configOf(sensorium, { streams: {} }))).toThrow('at least one');
  });
});

it('a decoder of all streams survives random, truncated and bit-flipped inputs', () => {
  const config = configOf(sensorium, { streams: STREAMS });
  const figures = fuzzDecoder(deviceBench(sensorium, sensoriumEmulator, config), 20_000, 7);
  expect(figures).toMatchObject({ thrown: 0, notRecovered: 0 });
  expect(figures.largestOutputShare).toBeLessThanOrEqual(16);
});

it('the emulated daemon says what messages are', () => {
  const ajv = new Ajv({ strict: true });
  const validate = { Pose: ajv.compile(SCHEMAS.Pose), Measurement: ajv.compile(SCHEMAS.Measurement) };
  const errors: unknown[] = [];
  const messages = sensoriumEmulator.create(1).messages?.(1) ?? [];
  for (const [header, , [payload] = []] of messages) {
    const { schema } = JSON.parse(Buffer.from(header).toString()) as { schema: keyof typeof validate };
    validate[schema](JSON.parse(Buffer.from(payload).toString()));
    errors.push(...(validate[schema].errors ?? []));
  }
  expect([errors, messages.length]).toEqual([[], 120]);
});
