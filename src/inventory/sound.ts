import { join } from 'node:path';
import type { FoundDevice } from './found.ts';
import { textOf } from './files.ts';

/**
 * Sound cards that can record (ALSA), from `/proc/asound`. The name in brackets of a card stays the same, its number does not.
 * @param root of the file system
 */
export async function microphones(root: string): Promise<FoundDevice[]> {
  const cards = new Map<string, string>();
  for (const line of ((await textOf(join(root, 'proc/asound/cards'))) ?? '').split('\n')) {
    const [, number, id] = /^\s*(\d+)\s*\[(\S+)\s*\]/.exec(line) ?? [];
    if (number !== undefined) cards.set(number, id);
  }
  const found: FoundDevice[] = [];
  // 00-00: name : name : playback 1 : capture 1
  for (const line of ((await textOf(join(root, 'proc/asound/pcm'))) ?? '').split('\n')) {
    const [, card, device, name] = /^(\d+)-(\d+): ([^:]*):.*\bcapture\b/.exec(line) ?? [];
    if (card === undefined) continue;
    const id = cards.get(String(Number(card))) ?? String(Number(card));
    found.push({
      kind: 'microphone',
      id: `${id},${Number(device)}`,
      path: `hw:CARD=${id},DEV=${Number(device)}`,
      name: name.trim(),
    });
  }
  return found;
}
