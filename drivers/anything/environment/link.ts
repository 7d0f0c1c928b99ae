import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Link, LinkListener, OpenLink } from '../../../src/device/index.ts';
import type { StreamId } from '../../../src/frame/index.ts';
import { channelOf, findChip, type Channel, type Folders } from './chips.ts';
import type { Conversions, Reading } from './decode.ts';

/** What is read, and how often. */
export interface Polling extends Folders {
  readonly device?: string;
  readonly rateHz: number;
  readonly readings: readonly (Reading & { readonly channel?: string })[];
}

/** A link that reads a chip's attributes again and again: each is told with its stream as the topic. */
export function chipLink(polling: Polling): Link<Conversions> {
  return {
    description: polling.device ?? polling.iio,
    open: (listener, signal) => open(polling, listener, signal),
  };
}

async function open(
  { device, rateHz, readings, ...folders }: Polling,
  listener: LinkListener,
  signal: AbortSignal,
): Promise<OpenLink<Conversions>> {
  signal.throwIfAborted();
  const chip = await findChip(folders, device);
  const channels = readings.map(({ id, quantity, channel }) => [id, channelOf(chip, quantity, channel)] as const);
  signal.throwIfAborted();
  let isOver = false;
  let reading: Promise<void> | undefined;
  const end = (): void => {
    isOver = true;
    clearInterval(timer);
  };

  async function read(id: StreamId, { attribute }: Channel): Promise<void> {
    try {
      const bytes = await readFile(join(chip.folder, attribute));
      if (!isOver) listener.bytes(bytes, id);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      if (!isOver) listener.missed?.(`${attribute} cannot be read: ${code}`, 1, id);
    }
  }

  async function readAll(): Promise<void> {
    for (const [id, channel] of channels) await read(id, channel);
    if (isOver || (await isThere(chip.folder)) || isOver) return;
    end();
    listener.closed('unplugged');
  }

  // A chip that takes longer than a period is read as often as it can.
  const timer = setInterval(() => {
    reading ??= readAll().finally(() => (reading = undefined));
  }, 1000 / rateHz);
  return {
    found: Object.fromEntries(channels.map(([id, { conversion }]) => [id, conversion])),
    write: () => undefined,
    async close() {
      end();
      await reading;
    },
  };
}

async function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}
