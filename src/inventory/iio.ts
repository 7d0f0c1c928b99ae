import { join } from 'node:path';
import type { FoundDevice } from './found.ts';
import { isOpenable, namesIn, textOf } from './files.ts';

/**
 * Sensors of Linux's industrial I/O subsystem: IMUs, magnetometers, barometers.
 * @param root of the file system
 */
export async function iioDevices(root: string): Promise<FoundDevice[]> {
  const folder = join(root, 'sys/bus/iio/devices');
  const found: FoundDevice[] = [];
  for (const node of await namesIn(folder)) {
    if (!node.startsWith('iio:device')) continue;
    const name = (await textOf(join(folder, node, 'name'))) ?? node;
    const label = await textOf(join(folder, node, 'label'));
    const openable = await isOpenable(join(root, 'dev', node));
    found.push({
      kind: 'iio',
      id: label ?? name,
      path: node,
      name,
      ...(openable === undefined ? {} : { isOpenable: openable }),
    });
  }
  return found;
}
