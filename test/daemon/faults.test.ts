import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { SILENT } from '../../src/daemon/index.ts';
import { startLive, type LiveRun } from '../support/live.ts';
import { describeWithModels } from '../support/requirements.ts';
import { workerProgram, workersOf } from '../support/workers.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-faults-'));
const order = join(folder, 'order');
process.env['SENSORIUM_FAULT'] = order;
afterAll(() => rmSync(folder, { recursive: true }));

let run: LiveRun | undefined;
afterEach(() => run?.daemon.stop());

/** A hang is noticed after `deadlineMs`; on a busy machine, 2 GiB take their time. */
const perceptionFor = (fault: string) => ({
  detectors: { camera: { model: 'fastestdet', hz: 10, deadlineMs: fault === 'hang' ? 1000 : 30_000 } },
});

describeWithModels('a live daemon whose model worker', () => {
  it.each([
    ['is killed', 'kill', 'died'],
    ['hangs', 'hang', 'deadline'],
    ['leaks 2 GiB of Buffers', 'leak', 'memory'],
    ['gives NaN', 'nan', 'not finite'],
  ] as const)('%s goes on with its pose, names the fault and has its answers again', async (what, fault, reason) => {
    const named: string[] = [];
    const error = (facts: object): void => void named.push('reason' in facts ? String(facts.reason) : '');
    const live = await startLive(join(folder, `${fault}.mcap`), perceptionFor(fault), {
      modelWorker: workerProgram('faulty-worker'),
      log: { ...SILENT, error },
    });
    run = live;
    const done = () => live.answers.filter(({ outcome }) => outcome.status === 'done').length;
    await live.until(() => done() > 2);
    const before = { worker: workersOf(process.pid, 'faulty-worker'), pose: live.daemon.report().pose?.stamp ?? NaN };
    writeFileSync(`${order}.part`, fault);
    renameSync(`${order}.part`, order);
    await live.until(() => named.includes(reason));
    const answered = done();
    const struck = live.daemon.report().pose?.stamp ?? NaN;
    await live.until(() => done() > answered + 2);
    const after = { worker: workersOf(process.pid, 'faulty-worker'), pose: live.daemon.report().pose?.stamp ?? NaN };

    expect(new Set(named)).toEqual(new Set([reason]));
    const failures = live.answers.flatMap(({ outcome }) => (outcome.status === 'failed' ? [outcome.reason] : []));
    expect(failures).toContain(reason);
    expect(before.worker).toHaveLength(1);
    expect(after.worker).toHaveLength(1);
    if (what === 'gives NaN') expect(after.worker).toEqual(before.worker);
    else expect(after.worker).not.toEqual(before.worker);
    expect(struck).toBeGreaterThanOrEqual(before.pose);
    expect(after.pose).toBeGreaterThan(struck);
  });
});
