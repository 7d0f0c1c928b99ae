import { join } from 'node:path';
import { fileLink, writeAttribute, type Link, type OpenLink, type LinkListener } from '../../../src/device/index.ts';
import type { ScanLayout } from './decode.ts';
import { prepareDevice, type IioConfig } from './prepare.ts';

/** A link to a device's buffer: set up and switched on while it is open. */
export function iioLink(config: IioConfig): Link<ScanLayout> {
  return {
    description: config.device ?? config.root,
    suspicion: 'check rateHz, and what its trigger is',
    open: (listener, signal) => open(config, listener, signal),
  };
}

async function open(config: IioConfig, listener: LinkListener, signal: AbortSignal): Promise<OpenLink<ScanLayout>> {
  signal.throwIfAborted();
  const { folder, id, layout } = await prepareDevice(config);
  const switchOff = (): Promise<unknown> => writeAttribute(folder, 'buffer/enable', 0).catch(() => undefined);
  try {
    await writeAttribute(folder, 'buffer/enable', 1);
    const { write, close } = await fileLink(join(config.dev, id), Math.max(1, config.bufferMs)).open(listener, signal);
    return {
      found: layout,
      write,
      async close() {
        await close();
        await switchOff();
      },
    };
  } catch (error) {
    await switchOff();
    throw error;
  }
}
