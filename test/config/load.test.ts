import { describe, expect, it } from 'vitest';
import {
  checkLogStreams,
  ConfigError,
  configDocument,
  hashesOf,
  loadConfig,
  readConfig,
} from '../../src/config/index.ts';
import { SensoriumError } from '../../src/contract/index.ts';
import { silent } from './support/driver.ts';

const drivers = [silent];

/** Lines of everything that is wrong with a configuration. */
function problemsOf(raw: unknown): string[] {
  try {
    readConfig(raw, drivers);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
    if (error instanceof SensoriumError) return [error.message];
    throw error;
  }
}

describe('defaults', () => {
  it('make a whole configuration of an empty one', () => {
    const config = readConfig(null, drivers);
    expect(config.robot).toBe('robot');
    expect(config.frames).toEqual({ map: 'map', odom: 'odom', base: 'base_link' });
    expect(config.align.policy).toBe('pivot');
    expect(config.publish.rates.poseHz).toBe(50);
    expect(config.mounts).toEqual({});
  });

  it('are filled into the entries of maps', () => {
    const { streams } = readConfig({ streams: { imu: { source: '/imu/data' } } }, drivers);
    expect(streams['imu']).toMatchObject({ source: '/imu/data', stamps: 'device', latencyMs: 0 });
  });

  it('come from the driver for its source', () => {
    const { sources } = readConfig({ sources: { robot: { driver: 'silent', rate: 50 } } }, drivers);
    expect(sources).toEqual({ robot: { driver: 'silent', config: { rate: 50, flavour: 'sweet' } } });
  });

  it('hold for a key without a value', () => {
    expect(readConfig({ robot: null, publish: null, streams: null }, drivers)).toEqual(readConfig({}, drivers));
  });
});

describe('problems', () => {
  it.each([
    [{ align: { pivto: 'x' } }, 'align.pivto: no such key; did you mean "pivot"? (E_CONFIG_KEY)'],
    [{ toleranceMs: 3 }, 'toleranceMs: no such key; did you mean "align.toleranceMs"? (E_CONFIG_KEY)'],
    [{ zzzzzz: 3 }, 'zzzzzz: no such key (E_CONFIG_KEY)'],
    [
      { streams: { imu: { latency: 3 } } },
      'streams.imu.latency: no such key; did you mean "latencyMs"? (E_CONFIG_KEY)',
    ],
    [
      { align: { toleranceMs: 'fast' } },
      'align.toleranceMs: expected a number in 0..60000, got "fast" (E_CONFIG_TYPE)',
    ],
    [{ align: { toleranceMs: -1 } }, 'align.toleranceMs: expected a number in 0..60000, got -1 (E_CONFIG_RANGE)'],
    [
      { align: { policy: 'pivto' } },
      'align.policy: expected one of "pivot", "approximate", "exact", "epsilon", "latest", "slop", got "pivto" (E_CONFIG_RANGE)',
    ],
    [{ publish: 5 }, 'publish: expected a section with keys, got 5 (E_CONFIG_TYPE)'],
    [[1, 2], 'expected a section with keys, got [1,2] (E_CONFIG_TYPE)'],
    [{ streams: [] }, 'streams: expected a map from names to sections, got [] (E_CONFIG_TYPE)'],
    [{ sources: { a: {} } }, 'sources.a.driver: expected one of "silent", got nothing (E_CONFIG_MISSING)'],
    [
      { sources: { a: { driver: 'silnt' } } },
      'sources.a.driver: expected one of "silent", got "silnt" (E_CONFIG_RANGE)',
    ],
    [
      { sources: { a: { driver: 'silent', rat: 3 } } },
      'sources.a.rat: no such key; did you mean "rate"? (E_CONFIG_KEY)',
    ],
    [
      { sources: { a: { driver: 'silent', rate: 1000 } } },
      'sources.a.rate: expected a whole number in 1..400, got 1000 (E_CONFIG_RANGE)',
    ],
    [JSON.parse('{"streams": {"constructor": {}}}'), 'streams.constructor: a name that cannot be used (E_CONFIG_KEY)'],
    [JSON.parse('{"__proto__": {"robot": 1}}'), '__proto__: no such key (E_CONFIG_KEY)'],
  ])('%j: %s', (raw, line) => {
    expect(problemsOf(raw)).toEqual([line]);
  });

  it('are told all at once', () => {
    const raw = { robt: 'x', align: { queueSize: 0 }, streams: { imu: { stamps: 7 } } };
    expect(problemsOf(raw).map((line) => line.split(':')[0])).toEqual([
      'robt',
      'streams.imu.stamps',
      'align.queueSize',
    ]);
  });

  it('end the process with 78', () => {
    try {
      readConfig({ robt: 1, align: 5 }, drivers);
      expect.unreachable();
    } catch (error) {
      expect((error as SensoriumError).exitCode).toBe(78);
    }
  });
});

describe('what does not go together', () => {
  const live = { sources: { robot: { driver: 'silent' } } };
  it.each([
    [
      { ...live, align: { pivot: 'imx' } },
      'align.pivot: there is no stream "imx"; did you mean "imu"? (E_CONFIG_CONFLICT)',
    ],
    [
      { ...live, publish: { measurements: ['imu', 'imx'] } },
      'publish.measurements.1: there is no stream "imx"; did you mean "imu"? (E_CONFIG_CONFLICT)',
    ],
    [
      { ...live, align: { pivot: 'wheels', streams: { imu: {} } } },
      'align.pivot: "wheels" is not one of align.streams (imu) (E_CONFIG_CONFLICT)',
    ],
    [
      { ...live, mounts: { T_base_lidar: {} } },
      'mounts.T_base_lidar: there is no stream "lidar"; there are imu, wheels, truth (E_CONFIG_CONFLICT)',
    ],
    [
      { ...live, fusion: { pose: { imu: { stream: 'wheels' } } } },
      'fusion.pose.imu.stream: expected a stream of kind imu; "wheels" is odometry (E_CONFIG_CONFLICT)',
    ],
    [
      { ...live, fusion: { pose: { odometry: { stream: 'truth' } } } },
      'fusion.pose.odometry.stream: "truth" is a reference: recorded and compared with, never used (E_CONFIG_CONFLICT)',
    ],
    [
      { ...live, streams: { gyro: { source: 'inu' } } },
      'streams.gyro: no source gives a stream "inu"; did you mean "imu"? (E_CONFIG_CONFLICT)',
    ],
    [
      { streams: { a: { source: '/imu' }, b: { source: '/imu' } } },
      'streams.b.source: "/imu" is streams.a already (E_CONFIG_CONFLICT)',
    ],
    [{ frames: { odom: 'map' } }, 'frames.odom: "map" is the name of frames.map already (E_CONFIG_CONFLICT)'],
    [
      { sources: { a: { driver: 'silent' }, b: { driver: 'silent' } } },
      'sources.b: gives a stream "imu", and so does sources.a: name one of them under streams (E_CONFIG_CONFLICT)',
    ],
  ])('%j: %s', (raw, line) => {
    expect(problemsOf(raw)[0]).toBe(line);
  });

  it('takes two sources of one kind whose streams are named', () => {
    const sources = { a: { driver: 'silent' }, b: { driver: 'silent' } };
    const streams = {
      imu_b: { source: 'b/imu' },
      wheels_b: { source: 'b/wheels' },
      truth_b: { source: 'b/truth' },
    };
    expect(problemsOf({ sources, streams, mounts: { T_base_imu_b: {} } })).toEqual([]);
  });

  it('cannot know the streams of a log', () => {
    expect(problemsOf({ align: { pivot: 'anything' }, mounts: { 'T_base_/imu/data': {} } })).toEqual([]);
  });
});

describe('overrides', () => {
  it('go over what the file says, by path', () => {
    const embedded = { robot: 'a', publish: { mqtt: { port: 1 } } };
    const overrides = { 'publish.mqtt.port': 1884, 'publish.zeromq.enabled': false, robot: 'b' };
    const config = loadConfig({ embedded, drivers, overrides });
    expect(config.robot).toBe('b');
    expect(config.publish.mqtt.port).toBe(1884);
    expect(config.publish.zeromq.enabled).toBe(false);
  });

  it('are checked like everything else', () => {
    const set = (overrides: Record<string, unknown>) => () => loadConfig({ drivers, overrides });
    expect(set({ 'publish.mqt.port': 1 })).toThrow('publish.mqt: no such key; did you mean "mqtt"? (E_CONFIG_KEY)');
    expect(set({ robot: 'a', 'robot.name': 1 })).toThrow('robot: is a value: nothing can be set within it');
    expect(set({ '__proto__.robot': 1 })).toThrow('E_CONFIG_KEY');
  });
});

describe('a loaded configuration', () => {
  const raw = {
    robot: 'r2',
    sources: { robot: { driver: 'silent', rate: 20 } },
    mounts: { T_base_imu: { translation: [0, -0.3, 0.52], rpyDegrees: [90, 0, -90] } },
    publish: { mqtt: { username: 'a', password: 'secret' } },
  };

  it('is frozen', () => {
    const config = readConfig(raw, drivers) as { align: { queueSize: number } };
    expect(() => (config.align.queueSize = 3)).toThrow(TypeError);
  });

  it('gives a document that loads to the same, without the password', () => {
    const config = readConfig(raw, drivers);
    const document = JSON.parse(JSON.stringify(configDocument(config))) as unknown;
    expect(JSON.stringify(document)).not.toContain('secret');
    const again = readConfig(document, drivers);
    expect(again.mounts).toEqual(config.mounts);
    expect(again.sources).toEqual(config.sources);
    expect(hashesOf(again)).toEqual(hashesOf(config));
  });

  it('has hashes of what is computed, not of how it is brought out', () => {
    const hashes = hashesOf(readConfig(raw, drivers));
    const with_ = (more: object) => hashesOf(readConfig({ ...raw, ...more }, drivers));
    expect(with_({ publish: { mqtt: { port: 9 } }, record: { path: 'x' } })).toEqual(hashes);
    expect(with_({ align: { toleranceMs: 20 } }).configuration).not.toBe(hashes.configuration);
    expect(with_({ align: { toleranceMs: 20 } }).calibration).toBe(hashes.calibration);
    expect(with_({ mounts: {} }).calibration).not.toBe(hashes.calibration);
  });
});

describe('a log', () => {
  const streams = silent.create('log', { rate: 1, flavour: 'sour' }).streams;
  const topics = ['/imu/data', '/odom'];
  const check = (raw: object) => () => checkLogStreams(readConfig(raw, []), streams, topics);

  it('must give the streams that fusion and align name, of the right kind', () => {
    expect(check({ streams: { gyro: { source: '/imu/dta' } }, fusion: { pose: { imu: { stream: 'gyro' } } } })).toThrow(
      'streams.gyro.source: the log gives nothing under "/imu/dta"; did you mean "/imu/data"? (E_CONFIG_CONFLICT)',
    );
    expect(check({ align: { pivot: 'imx' } })).toThrow('align.pivot: there is no stream "imx"; did you mean "imu"?');
    expect(check({ fusion: { pose: { imu: { stream: 'wheels' } } } })).toThrow('expected a stream of kind imu');
  });

  it('may lack streams that are only listed or mounted', () => {
    expect(check({ streams: { lidar: { source: '/scan' } }, mounts: { T_base_lidar: {} } })).not.toThrow();
  });
});
