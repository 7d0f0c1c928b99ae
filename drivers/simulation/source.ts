import type { InputBody, VirtualSource } from '../../src/contract/index.ts';
import { NS_PER_SECOND } from '../../src/frame/index.ts';
import { createChannel, clockOf, type Channel } from './channel.ts';
import { SENSORS, type SensorName, type SimulationConfig } from './config.ts';
import { createImu } from './imu.ts';
import { createMagnetometer } from './magnetometer.ts';
import { createRandom } from './random.ts';
import { createRobot } from './robot.ts';
import { createScan } from './scan.ts';
import type { Scene, Sensor } from './sensor.ts';
import { createTruth } from './truth.ts';
import { createWheels } from './wheels.ts';
import { createWorld, type World } from './world.ts';

/** Makers of the sensors. A new sense joins here. */
const MAKERS: Readonly<Record<SensorName, (scene: Scene, world: World) => Sensor>> = {
  imu: createImu,
  mag: createMagnetometer,
  wheels: createWheels,
  scan: createScan,
  truth: createTruth,
};

/** The channels of a robot in its world, everything from the seed. Each sensor has a robot and chance of its own. */
function channelsOf({ seed, streams }: SimulationConfig): Channel[] {
  const world = createWorld(seed);
  return SENSORS.filter((name) => streams[name].enabled).map((name) => {
    const config = streams[name];
    const robot = createRobot(world, seed);
    const sensor = MAKERS[name](
      { motionAt: robot.at, random: createRandom(seed, name), noise: config.noise, period: 1 / config.rate },
      world,
    );
    const stream = {
      id: name,
      kind: sensor.kind,
      frameId: sensor.frameId,
      clock: clockOf(config.clock),
      nominalRate: config.rate,
      role: name === 'truth' ? 'reference' : 'sensor',
    } as const;
    return createChannel(stream, sensor, config, createRandom(seed, `${name} channel`));
  });
}

/** The simulated robot in virtual time. */
export function createSource(config: SimulationConfig): VirtualSource {
  return {
    streams: channelsOf(config).map((channel) => channel.stream),
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
