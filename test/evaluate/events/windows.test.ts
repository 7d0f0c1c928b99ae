import { describe, expect, it } from 'vitest';
import { createSource } from '../../../drivers/simulation/source.ts';
import type { SimulationConfig } from '../../../drivers/simulation/config.ts';
import { windowsOf } from '../../../src/evaluate/events/index.ts';
import { stampOf, type Measurement, type StreamDescriptor } from '../../../src/frame/index.ts';
import type { LogReader } from '../../../src/record/index.ts';
import { having } from '../../drivers/support/senses.ts';
import { inputsOf } from '../../drivers/support/simulation.ts';

type Frame = readonly [seconds: number, stream: string, measurement: Measurement];

/** A log with these frames in it, as far as windows are cut from it. */
function logOf(streams: readonly StreamDescriptor[], frames: readonly Frame[]): LogReader {
  const entries = frames.map(([seconds, stream, measurement]) => ({
    kind: 'frame' as const,
    arrival: { stream, frameId: '', device: undefined, received: stampOf(Math.round(seconds * 1e9)), measurement },
  }));
  return { streams, entries: () => [entries] } as unknown as LogReader;
}

const stream = (id: string, kind: Measurement['kind'], role: StreamDescriptor['role'] = 'sensor') =>
  ({ id, kind, frameId: '', clock: { domain: 'none' }, role }) as StreamDescriptor;
const STREAMS = [stream('imu', 'imu'), stream('truth', 'odometry', 'reference'), stream('scene', 'scene', 'reference')];
const imu = (x: number): Measurement => ({ kind: 'imu', linearAcceleration: [x, 0, 9.81] });
const scene = (...events: string[]): Measurement => ({
  kind: 'scene',
  objects: [],
  events: events.map((event) => ({ event, objects: [] })),
});

describe('windows of a labelled log', () => {
  it('hold the events of their time, and the numbers of what was measured in it', async () => {
    const windows = await windowsOf(
      logOf(STREAMS, [
        [0, 'scene', scene()],
        [0.1, 'imu', imu(0)],
        [0.2, 'imu', imu(3)],
        [0.9, 'scene', scene('door')],
        [1.1, 'imu', imu(3.5)],
        [1.2, 'scene', scene()],
        [2.5, 'imu', imu(4)],
        [3.5, 'scene', scene('door', 'collision')],
        [4, 'scene', scene()],
      ]),
      1,
    );
    // From 2 to 3 s nothing is labelled; what begins at 4 s is not whole.
    expect(windows.map(({ events }) => [...events])).toEqual([['door'], [], ['door', 'collision']]);
    expect(windows.map(({ numbers }) => numbers.get('imu')?.['jolt'])).toEqual([3, 0.5, NaN]);
    expect([...windows[0].numbers.keys()]).toEqual(['imu']);
  });

  it('measure all that the simulated robot senses, in numbers', async () => {
    const config: SimulationConfig = having(
      Object.fromEntries(
        ['imu', 'wheels', 'scan', 'camera', 'depth', 'lidar3d', 'microphones', 'scene'].map((name) => [name, {}]),
      ),
      3,
      { varied: true },
    );
    const frames = inputsOf(config, 3.5).flatMap((body): Frame[] =>
      body.kind === 'frame' ? [[body.arrival.received / 1e9, body.arrival.stream, body.arrival.measurement]] : [],
    );
    const windows = await windowsOf(logOf(createSource(config).streams, frames), 1);
    expect(windows).toHaveLength(3);
    for (const [name, numbers] of windows[2].numbers) {
      for (const value of Object.values(numbers)) expect([name, Number.isFinite(value)]).toEqual([name, true]);
    }
    const nearest = (name: string): number => windows[2].numbers.get(name)?.['nearest'] ?? NaN;
    expect(nearest('scan')).toBeGreaterThan(0.14);
    expect(nearest('scan')).toBeLessThan(4);
    expect(nearest('lidar3d')).toBeLessThan(4);
    expect(windows[2].numbers.get('imu')?.['shaking']).toBeGreaterThan(0);
  });
});
