import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Section } from '../../../src/config/index.ts';
import type { DeviceDriver } from '../../../src/device/index.ts';
import { describeDriver } from '../conformance.ts';
import { configOf } from '../device/decoding.ts';
import { createHost } from '../support/host.ts';
import { REMEMBER, standIn, type StandIns } from './stand-in.ts';

/** How the suite meets a driver that reads a program's standard output. The program is run for real. */
export interface ProgramUnderTest {
  readonly driver: DeviceDriver;
  /** With which it gives frames of generated media. */
  readonly config: Section;
  readonly program: string;
  /** Debian's package of it. */
  readonly package: string;
}

/** Time-outs for tests, s. */
export const QUICK = { silentSeconds: 1, senselessSeconds: 1.5, retrySeconds: 0.05, longestRetrySeconds: 0.2 };

/** Where a program really is. */
export function realPathOf(program: string): string {
  return spawnSync('sh', ['-c', `command -v ${program}`])
    .stdout.toString()
    .trim();
}

/** What every driver of a program is held to. */
export function describeProgram({ driver, config, program, package: debian }: ProgramUnderTest): void {
  describeDriver({ definition: driver, config, unopenable: [] });

  describe(`${driver.type} through ${program}`, () => {
    let programs: StandIns | undefined;
    afterEach(() => {
      programs?.close();
      programs = undefined;
    });
    /** The real program behind a script, from which its process is known. */
    const stand = (before = '') => {
      const real = realPathOf(program);
      programs = standIn({ [program]: `${REMEMBER}${before}\nexec ${real} "$@"\n` });
      return { ...programs, real };
    };
    const start = async (said: Section = {}) => {
      const host = createHost();
      const running = driver.create('device', configOf(driver, { ...config, ...QUICK, ...said }));
      await running.start(host, new AbortController().signal);
      const events = () => host.admitted.flatMap(({ body }) => (body.kind === 'stream' ? [body.event] : []));
      const lost = () => events().flatMap((event) => (event.what === 'lost' ? [event.reason ?? ''] : []));
      const more = (count = 5) => {
        const before = host.frames().length;
        return host.until(() => host.frames().length >= before + count);
      };
      return { host, running, events, lost, more };
    };
    const isThere = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };

    it('gives frames whose device time rises, and drops nothing', async () => {
      const { host, running, more, events } = await start();
      await more(20);
      await running.close();
      const frames = host.frames();
      frames.forEach(({ device }, i) => {
        if (i > 0) expect(device).toBeGreaterThan(frames[i - 1].device ?? 0n);
      });
      expect(events()).toEqual([]);
    });

    it('leaves no process behind', async () => {
      const { pid } = stand();
      const { running, more } = await start();
      await more();
      expect(isThere(pid())).toBe(true);
      await running.close();
      expect(isThere(pid())).toBe(false);
    });

    it('ends one that hangs, and starts it again', async () => {
      const { pid } = stand();
      const { host, running, lost, more } = await start();
      await more();
      const hung = pid();
      process.kill(hung, 'SIGSTOP');
      await host.until(() => lost().length > 0);
      expect(lost()[0]).toMatch(/^nothing received for /);
      await more();
      expect([isThere(hung), pid() === hung]).toEqual([false, false]);
      await running.close();
    });

    it('starts one again that crashes, says what it said, and disturbs no other', async () => {
      const other = await start();
      const { folder, pid, real } = stand('echo "the device is on fire" >&2; exit 3');
      const { host, running, lost, more } = await start();
      await host.until(() => lost().length >= 4);
      for (const reason of lost()) expect(reason).toBe(`${program} ended with 3: the device is on fire`);
      await other.more();
      expect(other.events()).toEqual([]);
      writeFileSync(join(folder, program), `#!/bin/sh\n${REMEMBER}exec ${real} "$@"\n`);
      chmodSync(join(folder, program), 0o755);
      await more();
      process.kill(pid(), 'SIGKILL');
      const before = lost().length;
      await host.until(() => lost().length > before);
      expect(lost().at(-1)).toMatch(/was ended by SIGKILL/);
      await more();
      await Promise.all([running.close(), other.running.close()]);
    });

    it('gives frames while it floods its standard error', async () => {
      stand('(yes "all is well" >&2) &\nflood=$!\n(sleep 4; kill $flood) >/dev/null 2>&1 &');
      const { running, more } = await start({ silentSeconds: 10, senselessSeconds: 10 });
      await more(10);
      await running.close();
    });

    it('says which package has it where it is missing', async () => {
      programs = standIn({}, true);
      await expect(start()).rejects.toMatchObject({
        code: 'E_DRIVER',
        path: program,
        what: `no program "${program}": install the package ${debian}`,
      });
    });
  });
}
