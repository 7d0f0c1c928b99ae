import { createHash } from 'node:crypto';
import { SENSES, SENSORS, type SimulationConfig, type WorldConfig } from '../../../drivers/simulation/config.ts';
import { createPlace, type Place } from '../../../drivers/simulation/place/place.ts';
import { createRobot, type Motion } from '../../../drivers/simulation/robot.ts';
import type { InputBody } from '../../../src/contract/index.ts';
import { simulated } from './simulation.ts';

/** The plain world of a seed. */
export const PLAIN: WorldConfig = { split: 'train', varied: false, outdoors: false };

/** A robot with these streams alone, all else as said. */
export function having(
  streams: Readonly<Record<string, object>>,
  seed = 1,
  world: Partial<WorldConfig> = {},
): SimulationConfig {
  const off = Object.fromEntries([...SENSORS, ...SENSES].map((name) => [name, { enabled: false }]));
  const on = Object.fromEntries(Object.entries(streams).map(([name, said]) => [name, { enabled: true, ...said }]));
  return simulated({ seed, world, streams: { ...off, ...on } });
}

/** Place and robot of a seed, for what a sense should have met. */
export function placeOf(
  seed: number,
  world: Partial<WorldConfig> = {},
): { place: Place; motionAt: (seconds: number) => Motion } {
  const place = createPlace(seed, { ...PLAIN, ...world });
  return { place, motionAt: createRobot(place.world, seed, place.varied).at };
}

/** Digest of inputs to the last bit. */
export function digestOf(inputs: readonly InputBody[]): string {
  const hash = createHash('sha256');
  for (const body of inputs) {
    hash.update(
      JSON.stringify(body, (_, value: unknown) => {
        if (typeof value === 'bigint') return value.toString();
        if (ArrayBuffer.isView(value)) {
          hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
          return value.byteLength;
        }
        return value;
      }),
    );
  }
  return hash.digest('hex');
}
