import { closeSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ldrobotEmulator } from '../../drivers/lidar2d/ldrobot/emulator.ts';
import { openEmulatedLine, serialLink } from '../../src/device/index.ts';
import { describeWithTools } from '../support/requirements.ts';

/** Handles of this process on a file. */
function handlesOf(path: string): number[] {
  const real = realpathSync(path);
  return readdirSync('/proc/self/fd')
    .filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === real;
      } catch {
        return false;
      }
    })
    .map(Number);
}

describeWithTools(['socat'], 'a serial port', () => {
  it('that cannot be closed in order is given up: nobody waits for it', async () => {
    const line = await openEmulatedLine(ldrobotEmulator);
    const port = line.where;
    let heard: () => void = () => undefined;
    const bytes = new Promise<void>((resolve) => (heard = resolve));
    const open = await serialLink({ port, baudRate: 230_400 }).open(
      { bytes: () => heard(), closed: () => undefined },
      new AbortController().signal,
    );
    await bytes;
    const handles = handlesOf(port);
    expect(handles).toHaveLength(1);
    // Pulled away from under it: the system then says that there is nothing to close.
    handles.forEach(closeSync);
    await Promise.all([open.close(), open.close()]);
    await line.close();
  });
});
