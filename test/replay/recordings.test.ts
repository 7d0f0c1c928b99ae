import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { SensoriumError } from '../../src/contract/index.ts';
import { openLog, replayEntries } from '../../src/record/index.ts';
import { mappingsOf, pipelineOf, prepareLog, runThrough } from '../../src/replay/index.ts';
import { describeWithData } from '../support/requirements.ts';

describeWithData('recordings', (data) => {
  async function replay(file: string, configuration?: string) {
    const config = loadConfig({ file: configuration, drivers });
    const log = await openLog(join(data, file), { mappings: mappingsOf(config) });
    const pipeline = pipelineOf(prepareLog(log, config), () => undefined);
    const result = await runThrough(replayEntries(log), { pipeline, odom: config.frames.odom });
    return { result, report: pipeline.report() };
  }

  const files = ['bags', 'scan2d'].flatMap((folder) =>
    readdirSync(join(data, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  it.each(files)('%s opens, or says in one line why not', async (file) => {
    const path = join(data, file);
    if (statSync(path).isDirectory()) return;
    const opened = await openLog(path).catch((error: unknown) => error);
    if (opened instanceof Error) expect(opened).toBeInstanceOf(SensoriumError);
  });

  it('of a Jackal ends where the reference filter ends, twice with the same digest', async () => {
    const { result } = await replay('bags/jackal.bag', 'config/jackal.yaml');
    const { x = NaN, y = NaN, z = NaN } = result.finalPose ?? {};
    expect(Math.hypot(x - 1.0206, y - 3.4292, z - 0.7419)).toBeLessThan(0.1383);
    expect((await replay('bags/jackal.bag', 'config/jackal.yaml')).result.digest).toBe(result.digest);
  });

  it.each(['bags/jarvis_circular.bag', 'bags/nav2_turtlebot.mcap', 'scan2d/mit-csail.clf.gz', 'scan2d/intel.clf.gz'])(
    '%s replays to its end, every frame accounted for',
    async (file) => {
      const { report } = await replay(file);
      for (const { account } of report.streams) {
        const dropped = Object.values(account.dropped).reduce((sum, count) => sum + count, 0);
        expect(account.used + dropped + account.held).toBe(account.received);
        expect(account.received).toBeGreaterThan(0);
      }
      expect(report.pose?.pose.position.every(Number.isFinite)).toBe(true);
    },
  );
});
