import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { drivers, embedded } from '../../drivers/index.ts';
import { batches, VIRTUAL_EPOCH, withTicks } from '../../src/cli/simulate.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Input } from '../../src/contract/index.ts';
import { startDaemon } from '../../src/daemon/index.ts';
import { createLogWriter, openLog, replayEntries, type LogEntry } from '../../src/record/index.ts';
import {
  configOfLog,
  pipelineOf,
  prepareLog,
  prepareStreams,
  runThrough,
  sessionHeaderOf,
} from '../../src/replay/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function replayed(path: string) {
  const log = await openLog(path);
  const preparation = prepareLog(log, configOfLog(log, drivers));
  const result = await runThrough(replayEntries(log), {
    pipeline: pipelineOf(preparation, () => undefined),
    odom: 'odom',
  });
  return { log, result };
}

describe('a recording', () => {
  it.each([
    ['', {}],
    [
      ', whatever the devices tell of time',
      {
        'sources.robot.streams.imu.clock': 'counter16',
        'sources.robot.streams.mag.clock': 'sequence',
        'sources.robot.streams.wheels.clock': 'none',
        'sources.robot.streams.scan.clock': 'unix',
        'sources.robot.streams.scan.wallStepEverySeconds': 4,
      },
    ],
    [', with measurements among what is published', { 'publish.measurements': ['imu', 'scan', 'wheels'] }],
  ])('holds exactly the inputs that the recorder was given, and replays to the same digest%s', async (_, overrides) => {
    const path = join(folder, 'virtual.mcap');
    const config = loadConfig({ embedded, drivers, overrides });
    const source = drivers[0].simulate?.('robot', config.sources['robot'].config);
    if (source === undefined) throw new Error('the simulation cannot be simulated');
    const preparation = prepareStreams(source.streams, config, VIRTUAL_EPOCH);
    const writer = await createLogWriter(path, sessionHeaderOf(preparation, '0'));
    const given: Input[] = [];
    const tap = (input: Input): void => {
      given.push(input);
      writer.tap(input);
    };
    const pipeline = pipelineOf(preparation, () => undefined);
    const run = { pipeline, odom: 'odom', tap };
    const { digest, inputs, published } = await runThrough(batches(withTicks(source.inputs(20)), writer.idle), run);
    await writer.close({ digest, inputs, published });

    const { log, result } = await replayed(path);
    const read: LogEntry[] = [];
    for await (const batch of log.entries()) read.push(...batch);
    expect(read).toEqual(given);
    expect(result.digest).toBe(digest);
    expect(log.end?.digest).toBe(digest);
    expect(log.warnings).toEqual([]);
  });

  it('of a live run with jitter and losses replays to what was published live, twice', async () => {
    const path = join(folder, 'live.mcap');
    const config = loadConfig({
      embedded,
      drivers,
      overrides: {
        'record.path': path,
        'publish.mqtt.enabled': false,
        'publish.zeromq.enabled': false,
        'sources.robot.streams.imu.jitterMs': 3,
        'sources.robot.streams.imu.dropShare': 0.05,
        'sources.robot.streams.scan.burstEverySeconds': 1,
      },
    });
    const daemon = await startDaemon({
      config,
      drivers,
      version: '0',
      openRecorder: (file, { clock, ...session }) =>
        createLogWriter(file, sessionHeaderOf({ ...session, epoch: clock.epoch }, '0')),
    });
    while (daemon.report().sets.count < 30) await new Promise((resolve) => setImmediate(resolve));
    await daemon.stop();
    const live = daemon.digest();
    const first = await replayed(path);
    expect(first.log.end?.digest).toBe(live);
    expect(first.result.digest).toBe(live);
    expect((await replayed(path)).result.digest).toBe(live);
    expect(first.result.dropped['imu']).toBeDefined();
  });
});
