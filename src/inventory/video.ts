import { basename, join, resolve } from 'node:path';
import type { FoundDevice } from './found.ts';
import { isOpenable, namesIn, targetOf, textOf } from './files.ts';

/**
 * Cameras (V4L2). A camera has several nodes; those that are not its first give no pictures (metadata).
 * @param root of the file system
 */
export async function cameras(root: string): Promise<FoundDevice[]> {
  const byId = join(root, 'dev/v4l/by-id');
  const stable = new Map<string, string>();
  for (const name of await namesIn(byId)) {
    const target = await targetOf(join(byId, name));
    if (target !== undefined) stable.set(basename(resolve(byId, target)), name);
  }
  const found: FoundDevice[] = [];
  for (const node of await namesIn(join(root, 'sys/class/video4linux'))) {
    const folder = join(root, 'sys/class/video4linux', node);
    if (!node.startsWith('video') || ((await textOf(join(folder, 'index'))) ?? '0') !== '0') continue;
    const link = stable.get(node);
    const openable = await isOpenable(join(root, 'dev', node));
    found.push({
      kind: 'camera',
      id: link ?? node,
      path: link === undefined ? `/dev/${node}` : `/dev/v4l/by-id/${link}`,
      name: (await textOf(join(folder, 'name'))) ?? node,
      ...(openable === undefined ? {} : { isOpenable: openable }),
    });
  }
  return found;
}
