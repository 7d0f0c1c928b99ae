import { describe, expect, it } from 'vitest';
import { SENSES } from '../../../../drivers/simulation/config.ts';
import { createSource } from '../../../../drivers/simulation/source.ts';
import type { SceneMeasurement } from '../../../../src/frame/index.ts';
import { deviationOf, meanOf } from '../../../support/statistics.ts';
import { digestOf, having, placeOf } from '../../support/senses.ts';
import { framesOf, inputsOf, measured, PERFECT, simulated } from '../../support/simulation.ts';
import { voiceOf } from '../../../../drivers/simulation/sound/voice.ts';

describe('the further senses', () => {
  it('are off unless asked for, one by one or all at once', () => {
    const streams = (said: Readonly<Record<string, unknown>>): string[] =>
      createSource(simulated(said)).streams.map(({ id }) => id);
    const basic = ['imu', 'mag', 'wheels', 'scan', 'truth'];
    expect(streams({})).toEqual(basic);
    expect(streams({ streams: { camera: { enabled: true } } })).toEqual([...basic, 'camera']);
    expect(streams({ senses: 'all' })).toEqual([...basic, ...SENSES]);
    expect(streams({ senses: 'all', streams: { depth: { enabled: false } } })).not.toContain('depth');
  });

  it('are the same for the same seed, to the last bit, and others for another', () => {
    const digests = [1, 1, 2].map((seed) => digestOf(inputsOf(simulated({ seed, senses: 'all' }), 2)));
    expect(digests[0]).toBe(digests[1]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('change nothing in the sensors that were there before', () => {
    const before = ['imu', 'mag', 'wheels', 'scan', 'truth'];
    const digests = ['basic', 'all'].map((senses) => {
      const inputs = inputsOf(simulated({ seed: 7, senses }), 3);
      return digestOf(
        inputs.filter((body) =>
          before.includes(body.kind === 'frame' ? body.arrival.stream : ('stream' in body && body.stream) || ''),
        ),
      );
    });
    expect(digests[0]).toBe(digests[1]);
  });

  it('sit where the driver says: a camera looks forward with its z axis', () => {
    const mounts = createSource(simulated({ senses: 'all' })).mounts ?? [];
    expect(mounts.map(({ child }) => child)).toContain('camera_optical');
    const { transform } = mounts.filter(({ child }) => child === 'camera_optical')[0];
    // Half a turn about an axis in the plane: x right, y down, z forward.
    expect(transform.rotation.map((value) => Math.round(2 * value))).toEqual([1, -1, 1, -1]);
  });
});

describe('the camera', () => {
  it('gives 320 x 240 pixels in three colours 15 times a second, with the intrinsics of its angle', () => {
    const frames = framesOf(having({ camera: { dropShare: 0 } }), 'camera', 2);
    expect(frames.length).toBeGreaterThanOrEqual(29);
    const { width, height, encoding, rowStride, data, intrinsics } = measured(frames[0], 'image');
    expect([width, height, encoding, rowStride, data.length]).toEqual([320, 240, 'rgb8', 960, 230_400]);
    expect(intrinsics?.fx).toBeCloseTo(160 / Math.tan((75 * Math.PI) / 360), 6);
  });

  it('has noise of some steps, and none without', () => {
    const still = (noise: number) => framesOf(having({ camera: { ...PERFECT, noise } }, 2), 'camera', 1);
    const [a, b] = still(1).map((frame) => measured(frame, 'image').data);
    const differences = Float64Array.from(a, (value, i) => value - b[i]).subarray(0, 100_000);
    // The robot rests in the first seconds: what differs is noise, twice.
    expect(deviationOf(differences) / Math.SQRT2).toBeGreaterThan(1);
    expect(deviationOf(differences) / Math.SQRT2).toBeLessThan(8);
    const [c, d] = still(0).map((frame) => measured(frame, 'image').data);
    const same = c.filter((value, i) => value === d[i]).length / c.length;
    expect(same).toBeGreaterThan(0.9);
  });
});

describe('the depth camera', () => {
  it('without errors agrees with the 2D lidar on the distance of what stands before both', () => {
    const config = having({ depth: PERFECT, scan: PERFECT }, 5);
    const depth = framesOf(config, 'depth', 2);
    const { data, width, height, scale, intrinsics } = measured(depth[10], 'depth');
    expect(scale).toBe(0.001);
    const scan = measured(framesOf(config, 'scan', 2)[10], 'scan');
    // Straight ahead, at the height of its eye, it sees the wall that the scan sees unless furniture hides it.
    const ahead =
      data[Math.round(intrinsics?.cy ?? height / 2) * width + Math.round(intrinsics?.cx ?? width / 2)] * scale;
    expect(ahead === 0 || ahead >= scan.ranges[180] - 0.1).toBe(true);
  });

  it('has errors that grow with the square of the distance', () => {
    const perfect = framesOf(having({ depth: PERFECT }, 3), 'depth', 2).map((one) => measured(one, 'depth').data);
    const noisy = framesOf(having({ depth: { ...PERFECT, noise: 1 } }, 3), 'depth', 2).map(
      (one) => measured(one, 'depth').data,
    );
    const errors: [number[], number[]] = [[], []];
    perfect.forEach((data, frame) => {
      data.forEach((count, i) => {
        const other = noisy[frame][i];
        const z = count * 0.001;
        if (count === 0 || other === 0) return;
        if (z > 1.4 && z < 1.6) errors[0].push((other - count) * 0.001);
        if (z > 2.9 && z < 3.1) errors[1].push((other - count) * 0.001);
      });
    });
    expect(errors[0].length).toBeGreaterThan(1000);
    expect(errors[1].length).toBeGreaterThan(1000);
    expect(deviationOf(errors[0]) / (0.002 * 1.5 ** 2)).toBeCloseTo(1, 0);
    expect(deviationOf(errors[1]) / (0.002 * 3 ** 2)).toBeCloseTo(1, 0);
  });
});

describe('the lidar with 16 rings', () => {
  it('gives points of a room: on its floor, under its ceiling, on rings at their elevations, in order of time', () => {
    const cloud = measured(framesOf(having({ lidar3d: PERFECT }), 'lidar3d', 1)[2], 'cloud');
    expect(cloud.fields.map(({ name }) => name)).toEqual(['x', 'y', 'z', 'intensity', 'ring', 'time']);
    expect(cloud.data.length).toBe(cloud.width * cloud.pointStride);
    const points = new Float32Array(cloud.data.buffer);
    expect(cloud.width).toBeGreaterThan(13_000);
    let before = 0;
    for (let i = 0; i < points.length; i += 6) {
      const [x, y, z, intensity, ring, time] = points.subarray(i, i + 6);
      expect(z).toBeGreaterThan(-1.301);
      expect(z).toBeLessThan(1.301);
      expect(intensity >= 0 && intensity <= 255).toBe(true);
      expect(Math.atan2(z, Math.hypot(x, y))).toBeCloseTo(((-15 + 2 * ring) * Math.PI) / 180, 4);
      expect(time).toBeGreaterThanOrEqual(before);
      before = time;
    }
    expect(before).toBeLessThan(0.1);
  });
});

describe('the microphones', () => {
  it('give blocks of 32 ms of four channels without a hole, and silence but for noise is rare', () => {
    const frames = framesOf(having({ microphones: { ...PERFECT, noise: 1 } }, 4), 'microphones', 10);
    expect(frames.length).toBeGreaterThanOrEqual(311);
    const levels = frames.map((frame) => {
      const { channels, sampleRate, data } = measured(frame, 'audio');
      expect([channels, sampleRate, data.length]).toEqual([4, 16_000, 2048]);
      return deviationOf(data);
    });
    expect(Math.min(...levels)).toBeGreaterThan(5);
    expect(Math.max(...levels)).toBeLessThan(20_000);
    expect(Math.max(...levels)).toBeGreaterThan(3 * Math.min(...levels));
  });
});

describe('air and satellites', () => {
  it('know where the robot is under the sky, to some metres, and nothing of it in a building', () => {
    const fixes = (outdoors: boolean) =>
      framesOf(having({ gnss: {} }, 1, { outdoors }), 'gnss', 60).map((one) => measured(one, 'fix'));
    expect(fixes(false).every(({ quality, latitude }) => quality === 'none' && Number.isNaN(latitude))).toBe(true);
    const { motionAt } = placeOf(1, { outdoors: true });
    fixes(true).forEach(({ quality, latitude, longitude }, i) => {
      expect(quality).toBe('fix');
      const { x, y } = motionAt(i + 0.5);
      expect(Math.abs((latitude - 48.1374) * 111_200 - y)).toBeLessThan(8);
      expect(Math.abs((longitude - 11.5755) * 74_400 - x)).toBeLessThan(8);
    });
  });

  it('has the temperature of a room in K and the pressure of the sea in Pa', () => {
    const config = having({ temperature: {}, pressure: {} }, 1);
    const values = (stream: string) => framesOf(config, stream, 30).map((one) => measured(one, 'scalar').value);
    expect(Math.abs(meanOf(values('temperature')) - 296)).toBeLessThan(5);
    expect(Math.abs(meanOf(values('pressure')) - 101_325)).toBeLessThan(3000);
  });
});

describe('the truth about the scene', () => {
  const scenesOf = (seed: number, seconds: number, world: object, camera: object = PERFECT): SceneMeasurement[] =>
    framesOf(having({ scene: {}, camera }, seed, world), 'scene', seconds).map((one) => measured(one, 'scene'));

  it('is told of the moments of the pictures', () => {
    const config = having({ scene: PERFECT, camera: PERFECT }, 3);
    const [scenes, pictures] = ['scene', 'camera'].map((stream) =>
      framesOf(config, stream, 2).map(({ received }) => received),
    );
    expect(scenes).toEqual(pictures);
  });

  it('has boxes within the picture, of people and things that are there, with the share that is seen', () => {
    let boxes = 0;
    for (const { objects, room } of scenesOf(5, 10, { varied: true })) {
      expect(room).toBeTruthy();
      expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
      for (const {
        boxes: { camera },
      } of objects) {
        if (camera === undefined) continue;
        boxes += 1;
        const [left, top, right, bottom] = camera.box;
        expect(left >= 0 && top >= 0 && right <= 320 && bottom <= 240 && left < right && top < bottom).toBe(true);
        expect(camera.visible > 0 && camera.visible <= 1).toBe(true);
      }
    }
    expect(boxes).toBeGreaterThan(200);
  });

  it('names what happens: approaches, doors, collisions and dropped objects, each by who takes part', () => {
    const counts = new Map<string, number>();
    for (let seed = 1; seed <= 8; seed += 1) {
      const config = having({ scene: { rate: 4 } }, seed, { varied: true });
      for (const frame of framesOf(config, 'scene', 120)) {
        const { events, objects } = measured(frame, 'scene');
        for (const { event, objects: ids } of events) {
          counts.set(event, (counts.get(event) ?? 0) + 1);
          for (const id of ids) expect(objects.some((one) => one.id === id)).toBe(true);
        }
      }
    }
    expect([...counts.keys()].sort()).toEqual(['approach', 'collision', 'door', 'dropped object']);
  });

  it('shares neither voices nor words nor patterns of clothes, walls, floors and furniture between the splits', () => {
    const of = (split: 'train' | 'test'): ReadonlySet<string> => {
      const all = new Set<string>();
      for (let seed = 1; seed <= 25; seed += 1) {
        const { people, rooms, cabinets, world } = placeOf(seed, { split, varied: true }).place;
        all.add(`layout ${world.xs.length} ${world.ys.length}`);
        for (const { wallTexture, floorTexture } of rooms) all.add(`wall ${wallTexture}`).add(`floor ${floorTexture}`);
        for (const { texture } of cabinets) all.add(`furniture ${texture}`);
        for (const { who, texture, says } of people) {
          all.add(`voice ${JSON.stringify(voiceOf(who))}`).add(`clothes ${texture}`);
          for (let stretch = 0; stretch < 10; stretch += 1) all.add(`words ${says(stretch)?.text ?? seed + split}`);
        }
      }
      return all;
    };
    const [train, test] = [of('train'), of('test')];
    expect([...train].filter((one) => test.has(one))).toEqual([]);
    expect(Math.min(train.size, test.size)).toBeGreaterThan(20);
  });

  it('says of everything in the test split what is new in it, and the splits share neither people nor instances', () => {
    const seen = { train: new Set<string>(), test: new Set<string>() };
    const classes = { train: new Set<string>(), test: new Set<string>() };
    const rooms = { train: new Set<string>(), test: new Set<string>() };
    const combinations = { train: new Set<string>(), fresh: new Set<string>() };
    for (const split of ['train', 'test'] as const) {
      for (let seed = 1; seed <= 40; seed += 1) {
        const { place } = placeOf(seed, { split, varied: true });
        place.people.forEach(({ who }) => seen[split].add(`person ${who}`));
        place.rooms.forEach(({ name }) => rooms[split].add(name));
        for (const { kind, colour, grown, texture, unseen } of place.things) {
          seen[split].add(`${kind.label} ${grown.toFixed(2)} ${texture}`);
          classes[split].add(kind.label);
          if (split === 'train') combinations.train.add(`${kind.label} ${colour}`);
          else if (unseen.includes('combination')) combinations.fresh.add(`${kind.label} ${colour}`);
          expect(unseen.includes('instance')).toBe(split === 'test');
          expect(unseen.includes('class')).toBe(kind.testOnly === true);
        }
      }
    }
    const shared = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].filter((one) => b.has(one));
    expect(shared(seen.train, seen.test)).toEqual([]);
    expect(shared(rooms.train, rooms.test)).toEqual([]);
    expect(shared(combinations.train, combinations.fresh)).toEqual([]);
    expect(combinations.fresh.size).toBeGreaterThan(5);
    expect([...classes.test].filter((one) => !classes.train.has(one)).sort()).toEqual(['teapot', 'toy car', 'vase']);
    const [test] = scenesOf(3, 1, { split: 'test' });
    expect(test.unseen).toEqual(['room']);
    const kinds = new Set(
      test.objects.map(({ label, unseen = [] }) => (label === 'person' ? unseen.join() : unseen[0])),
    );
    expect([...kinds].filter((kind) => kind !== undefined).sort()).toEqual(['instance', 'person,voice']);
    expect(scenesOf(3, 1, {})[0].unseen).toBeUndefined();
  });
});
