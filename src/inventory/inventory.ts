import type { FoundDevice } from './found.ts';
import { i2cBuses } from './i2c.ts';
import { iioDevices } from './iio.ts';
import { serialPorts } from './serial.ts';
import { microphones } from './sound.ts';
import { cameras } from './video.ts';

/**
 * What is plugged in, as the system's files tell; nothing is opened.
 * @param root of the file system: `/`, or a copy for tests
 */
export async function inventory(root = '/'): Promise<readonly FoundDevice[]> {
  const kinds = [serialPorts, cameras, microphones, iioDevices, i2cBuses];
  return (await Promise.all(kinds.map((find) => find(root)))).flat();
}

/** What has come and gone from one inventory to the next. */
export function changesBetween(
  before: readonly FoundDevice[],
  after: readonly FoundDevice[],
): { readonly come: readonly FoundDevice[]; readonly gone: readonly FoundDevice[] } {
  const key = ({ kind, id, path }: FoundDevice): string => `${kind} ${id} ${path}`;
  const [had, has] = [new Set(before.map(key)), new Set(after.map(key))];
  return { come: after.filter((one) => !had.has(key(one))), gone: before.filter((one) => !has.has(key(one))) };
}
