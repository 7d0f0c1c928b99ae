import { join } from 'node:path';
import type { FoundDevice } from './found.ts';
import { isOpenable, namesIn, textOf } from './files.ts';

/** Buses of graphics adapters lead to displays, and of memory to its modules: no sensor is there. */
const OTHERS = /i915|amdgpu|nouveau|nvidia|radeon|hdmi|ddc|dpaux|smbus|vc4|rcar-dw-hdmi/i;

/**
 * I2C buses. What is on them is not looked for: there are chips that a look disturbs.
 * @param root of the file system
 */
export async function i2cBuses(root: string): Promise<FoundDevice[]> {
  const folder = join(root, 'sys/class/i2c-dev');
  const found: FoundDevice[] = [];
  for (const node of await namesIn(folder)) {
    const name = (await textOf(join(folder, node, 'name'))) ?? node;
    if (OTHERS.test(name)) continue;
    const openable = await isOpenable(join(root, 'dev', node));
    found.push({
      kind: 'i2c',
      id: node,
      path: join('/dev', node),
      name,
      ...(openable === undefined ? {} : { isOpenable: openable }),
    });
  }
  return found;
}
