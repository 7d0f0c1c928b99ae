import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Section } from '../../../src/config/index.ts';
import { openEmulatedLine, type EmulatorDefinition } from '../../../src/device/index.ts';
import { changed } from './decoding.ts';

/** An emulated device on a real line, and what may happen to it. */
export interface Line {
  /** Keys of the driver's configuration that lead here. */
  readonly config: Section;
  /** The device says nothing, or speaks again. */
  readonly mute: (isMute: boolean) => void;
  /** Changes all that it says from now on. */
  readonly mangle: (how: (bytes: Uint8Array) => Uint8Array) => void;
  readonly unplug: () => Promise<void>;
  /** Plugged in again: it starts anew, as one that was without power. */
  readonly plug: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param port of the broker, for a device that needs one */
export async function openLine(emulator: EmulatorDefinition, port?: number): Promise<Line> {
  let isMute = false;
  let how: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  const faulty: EmulatorDefinition = {
    ...emulator,
    create(seed) {
      const device = emulator.create(seed);
      const { transfer, messages } = device;
      /** Time stands still for a chip that is mute. */
      let latest = 0;
      return {
        ...device,
        ...(transfer === undefined
          ? {}
          : {
              transfer(seconds, ...asked) {
                if (!isMute) latest = seconds;
                const answer = transfer(latest, ...asked);
                return answer === undefined ? undefined : how(answer);
              },
            }),
        ...(messages === undefined
          ? {}
          : {
              messages(seconds) {
                const said = messages(seconds);
                return isMute ? [] : said.map((message) => changed(message, how));
              },
            }),
        until(seconds) {
          const bytes = device.until(seconds);
          return isMute ? new Uint8Array() : how(bytes);
        },
      };
    },
  };
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-tty-'));
  const path = join(folder, 'tty');
  let line = await openEmulatedLine(faulty, { path, ...(port === undefined ? {} : { port }) });
  const { config } = line;
  return {
    config: { ...config },
    mute: (mute) => (isMute = mute),
    mangle: (to) => (how = to),
    unplug: () => line.close(),
    async plug() {
      line = await openEmulatedLine(faulty, line.port === undefined ? { path } : { port: line.port });
    },
    async close() {
      await line.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
