import { basename, dirname, join, resolve } from 'node:path';
import type { FoundDevice } from './found.ts';
import { isOpenable, namesIn, targetOf, textOf } from './files.ts';

/** Serial ports that are something: USB adapters and devices, and the UARTs of small boards. */
const PORTS = /^tty(USB|ACM|AMA|THS|S)\d+$/;

/**
 * Serial ports. Those of udev's `/dev/serial/by-id` first, under that name; then others that have a device behind them.
 * @param root of the file system: `/`, or a copy for tests
 */
export async function serialPorts(root: string): Promise<FoundDevice[]> {
  const byId = join(root, 'dev/serial/by-id');
  const found: FoundDevice[] = [];
  const known = new Set<string>();
  for (const name of await namesIn(byId)) {
    const target = await targetOf(join(byId, name));
    if (target === undefined) continue;
    const tty = basename(resolve(byId, target));
    known.add(tty);
    found.push(await portOf(root, tty, join('/dev/serial/by-id', name), name));
  }
  for (const tty of await namesIn(join(root, 'sys/class/tty'))) {
    if (known.has(tty) || !PORTS.test(tty)) continue;
    // A UART without anything behind it has no driver's name, or type 0.
    const isThere = (await targetOf(join(root, 'sys/class/tty', tty, 'device'))) !== undefined;
    const type = await textOf(join(root, 'sys/class/tty', tty, 'type'));
    if (isThere && type !== '0') found.push(await portOf(root, tty, join('/dev', tty), tty));
  }
  return found;
}

async function portOf(root: string, tty: string, path: string, id: string): Promise<FoundDevice> {
  const usb = await usbOf(root, tty);
  const name = usb?.name ?? tty;
  const openable = await isOpenable(join(root, 'dev', tty));
  return {
    kind: 'serial',
    id,
    path,
    name: name === tty ? tty : `${name} (${tty})`,
    ...(usb === undefined ? {} : { usb: usb.ids }),
    ...(openable === undefined ? {} : { isOpenable: openable }),
  };
}

/** The USB device that a port belongs to: some folders up from the port's own in sysfs. */
async function usbOf(root: string, tty: string): Promise<{ readonly ids: string; readonly name: string } | undefined> {
  const link = await targetOf(join(root, 'sys/class/tty', tty));
  if (link === undefined) return undefined;
  let folder = resolve(join(root, 'sys/class/tty'), link);
  for (let up = 0; up < 8 && folder.length > root.length; up += 1) {
    const [vendor, product] = [await textOf(join(folder, 'idVendor')), await textOf(join(folder, 'idProduct'))];
    if (vendor !== undefined && product !== undefined) {
      const words = [await textOf(join(folder, 'manufacturer')), await textOf(join(folder, 'product'))];
      return { ids: `${vendor}:${product}`, name: words.filter((word) => word !== undefined).join(' ') };
    }
    folder = dirname(folder);
  }
  return undefined;
}
