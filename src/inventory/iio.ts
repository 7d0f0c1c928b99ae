import { join } from 'node:path';
import type { FoundDevice } from './found.ts';
import { isOpenable, namesIn, textOf } from './files.ts';

/** Types in the names of attributes (`in_accel_x_raw`; Documentation/ABI/testing/sysfs-bus-iio), and what that is here. */
const MEASURES: Readonly<Record<string, string>> = {
  accel: 'imu',
  anglvel: 'imu',
  magn: 'magneticField',
  temp: 'temperature',
  pressure: 'pressure',
  humidityrelative: 'humidity',
  illuminance: 'illuminance',
};

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
    const attributes = [
      ...(await namesIn(join(folder, node))),
      ...(await namesIn(join(folder, node, 'scan_elements'))),
    ];
    const openable = await isOpenable(join(root, 'dev', node));
    found.push({
      kind: 'iio',
      id: label ?? name,
      path: node,
      name,
      measures: [...new Set(attributes.flatMap((attribute) => measureOf(attribute) ?? []))].sort(),
      ...(openable === undefined ? {} : { isOpenable: openable }),
    });
  }
  return found;
}

function measureOf(attribute: string): string | undefined {
  return MEASURES[/^in_([a-z]+)/.exec(attribute)?.[1] ?? ''];
}
