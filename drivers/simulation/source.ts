import type { DriverMount, InputBody, VirtualSource } from '../../src/contract/index.ts';
import { NS_PER_SECOND } from '../../src/frame/index.ts';
import { createPressure, createTemperature } from './air.ts';
import { createCamera } from './camera.ts';
import { createChannel, clockOf, phaseOf, type Channel } from './channel.ts';
import {
  isOn,
  SENSE_MOUNTS,
  SENSES,
  SENSORS,
  type SenseName,
  type SensorName,
  type SimulationConfig,
} from './config.ts';
import { createDepth } from './depth.ts';
import { createGnss } from './gnss.ts';
import { createImu } from './imu.ts';
import { createLidar3d } from './lidar3d.ts';
import { createMagnetometer } from './magnetometer.ts';
import { createMicrophones } from './microphones.ts';
import { createPlace, type Place } from './place/place.ts';
import { createRandom } from './random.ts';
import { createRobot } from './robot.ts';
import { createScan } from './scan.ts';
import { createSceneTruth } from './scene.ts';
import type { Scene, Sensor } from './sensor.ts';
import { createSpeech } from './speech.ts';
import { createTruth } from './truth.ts';
import { createViews, watcherOf, type Views } from './views.ts';
import { createWheels } from './wheels.ts';

type Name = SensorName | SenseName;

/** Makers of the sensors. A new sense joins here. */
const MAKERS: Readonly<Record<Name, (scene: Scene, place: Place, config: SimulationConfig, views: Views) => Sensor>> = {
  imu: createImu,
  mag: createMagnetometer,
  wheels: createWheels,
  scan: createScan,
  truth: createTruth,
  camera: (scene, _place, { streams }, views) => createCamera(scene, views('camera'), streams.camera),
  depth: (scene, _place, { streams }, views) => createDepth(scene, views('depth'), streams.depth),
  lidar3d: (scene, place, { streams }) => createLidar3d(scene, place, streams.lidar3d),
  microphones: (scene, place) => createMicrophones(scene, place),
  speech: createSpeech,
  gnss: createGnss,
  temperature: createTemperature,
  pressure: createPressure,
  scene: createSceneTruth,
};

const REFERENCES: readonly Name[] = ['truth', 'scene'];

/** The channels of a robot in its world, everything from the seed. Each sensor has a robot and chance of its own. */
function channelsOf(config: SimulationConfig): Channel[] {
  const { seed, world, streams } = config;
  const place = createPlace(seed, world);
  const views = createViews(place, config);
  return [...SENSORS, ...SENSES]
    .filter((name) => isOn(config, name))
    .map((name) => {
      const its = streams[name];
      const robot = createRobot(place.world, seed, world.varied);
      const scene = {
        motionAt: robot.at,
        random: createRandom(seed, name),
        noise: its.noise,
        period: 1 / its.rate,
      };
      const sensor = MAKERS[name](scene, place, config, views);
      const stream = {
        id: name,
        kind: sensor.kind,
        frameId: sensor.frameId,
        clock: clockOf(its.clock),
        nominalRate: its.rate,
        role: REFERENCES.includes(name) ? 'reference' : 'sensor',
      } as const;
      return createChannel(stream, sensor, its, createRandom(seed, `${name} channel`), phaseFor(name, config));
    });
}

/** The truth about the scene is told of the very moments at which the camera, or else the depth camera, takes its pictures. */
function phaseFor(name: Name, config: SimulationConfig): number | undefined {
  const seeing = watcherOf(config);
  if (name !== 'scene' || seeing === undefined) return undefined;
  return phaseOf(config.streams[seeing], createRandom(config.seed, `${seeing} channel`));
}

function mountsOf(channels: readonly Channel[]): DriverMount[] {
  const known: Readonly<Record<string, DriverMount['transform'] | undefined>> = SENSE_MOUNTS;
  return channels.flatMap(({ stream }) => {
    const transform = known[stream.id];
    return transform === undefined ? [] : [{ parent: 'base_link', child: stream.frameId, transform }];
  });
}

/** The simulated robot in virtual time. */
export function createSource(config: SimulationConfig): VirtualSource {
  const channels = channelsOf(config);
  return {
    streams: channels.map((channel) => channel.stream),
    mounts: mountsOf(channels),
    *inputs(seconds): Iterable<InputBody> {
      const channels = channelsOf(config);
      const end = seconds * NS_PER_SECOND;
      for (;;) {
        let next: Channel | undefined;
        // A handful of channels: looking at each is as quick as a heap.
        for (const channel of channels) if (next === undefined || channel.due() < next.due()) next = channel;
        if (next === undefined || next.due() > end) return;
        yield* next.take();
      }
    },
  };
}
