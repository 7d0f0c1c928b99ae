import type { SimulationConfig } from '../../../drivers/simulation/config.ts';
import { simulation } from '../../../drivers/simulation/index.ts';
import { createRobot, type Motion } from '../../../drivers/simulation/robot.ts';
import { createSource } from '../../../drivers/simulation/source.ts';
import { createWorld, type World } from '../../../drivers/simulation/world.ts';
import { readConfig, type Section } from '../../../src/config/index.ts';
import type { InputBody } from '../../../src/contract/index.ts';
import type { Arrival, Measurement, MeasurementKind } from '../../../src/frame/index.ts';

/** The configuration of a simulated robot: what is not said is as the schema has it. */
export function simulated(said: Section = {}): SimulationConfig {
  const { sources } = readConfig({ sources: { robot: { driver: 'simulation', ...said } } }, [simulation]);
  return sources['robot'].config as unknown as SimulationConfig;
}

/** A robot with one sensor. */
export function only(sensor: string, said: object = {}, seed = 1): SimulationConfig {
  const off = { enabled: false };
  const streams = { imu: off, mag: off, wheels: off, scan: off, truth: off, [sensor]: said };
  return simulated({ seed, streams });
}

/** Nothing between the sample and the host but a constant time; the sensor itself without errors. */
export const PERFECT = {
  noise: 0,
  driftPpm: 0,
  latencyMs: 0,
  jitterMs: 0,
  dropShare: 0,
  burstEverySeconds: 0,
};

/** All inputs of a run. */
export function inputsOf(config: SimulationConfig, seconds: number): InputBody[] {
  return [...createSource(config).inputs(seconds)];
}

/** The frames of one stream in a run. */
export function framesOf(config: SimulationConfig, stream: string, seconds: number): Arrival[] {
  return inputsOf(config, seconds).flatMap((body) =>
    body.kind === 'frame' && body.arrival.stream === stream ? [body.arrival] : [],
  );
}

/** The measurement of an arrival, which must be of that kind. */
export function measured<Kind extends MeasurementKind>(
  { measurement }: Arrival,
  kind: Kind,
): Extract<Measurement, { kind: Kind }> {
  if (measurement.kind !== kind) throw new Error(`expected ${kind}, got ${measurement.kind}`);
  return measurement as Extract<Measurement, { kind: Kind }>;
}

/** The robot and the world that a seed gives, for what a sensor should have seen. */
export function truthOf(seed: number): { world: World; motionAt: (seconds: number) => Motion } {
  const world = createWorld(seed);
  return { world, motionAt: createRobot(world, seed).at };
}
