import { join } from 'node:path';
import { SensoriumError, showValue } from '../../../contract/index.ts';
import { contentOf } from '../../../inference/index.ts';
import { filesInTar } from './tar.ts';

/** A sentence of a person about a picture, and whether people found it true. */
export interface Pair {
  readonly id: string;
  readonly sentence: string;
  readonly isTrue: boolean;
  /** PNG. */
  readonly picture: Uint8Array;
}

/**
 * Reads pairs of NLVR (Suhr et al. 2017): a file of JSON lines and the archive of the pictures, as its authors lay them out. Descriptions of the scenes,
 * which the lines hold as well, are passed over.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function pairsIn(folder: string): Promise<Pair[]> {
  const archive = join(folder, 'images.tar');
  const pictures = filesInTar(await contentOf(archive), archive);
  // .../dev-<identifier>-<order of the boxes>.png: the first order that is there.
  const byId = new Map<string, Uint8Array>();
  for (const [name, content] of [...pictures].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, id] = /-(\d+-\d+)-\d+\.png$/.exec(name) ?? [];
    if (id !== undefined && !byId.has(id)) byId.set(id, content);
  }
  const path = join(folder, 'dev.json');
  const lines = (await contentOf(path)).toString().split('\n');
  return lines.flatMap((line, i): Pair[] => {
    if (line.trim() === '') return [];
    const its = `${path}:${i + 1}`;
    const { sentence, label, identifier } = parsed(line, its);
    if (typeof sentence !== 'string' || typeof identifier !== 'string' || (label !== 'true' && label !== 'false')) {
      throw new SensoriumError('E_FILE_FORMAT', 'expected sentence, identifier and label true or false', { path: its });
    }
    const picture = byId.get(identifier);
    if (picture === undefined) {
      throw new SensoriumError('E_FILE_MISSING', `no picture of ${showValue(identifier)}`, { path: archive });
    }
    return [{ id: identifier, sentence, isTrue: label === 'true', picture }];
  });
}

function parsed(line: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const its: unknown = JSON.parse(line);
    if (typeof its === 'object' && its !== null) return its as Readonly<Record<string, unknown>>;
  } catch {
    // Told below.
  }
  throw new SensoriumError('E_FILE_FORMAT', 'no JSON object', { path });
}
