import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../../contract/index.ts';
import { npyFile } from '../../numpy/write.ts';
import { longest, type Dataset } from './dataset.ts';

/**
 * Writes a data set as `readDataset` reads it: shorter sequences are filled up with NaN, which masks them.
 * @param more what else `dataset.json` is to say
 * @throws SensoriumError E_FILE_WRITE
 */
export async function writeDataset(
  folder: string,
  { name, classes, labels, groups, order, isConversation, modalities }: Dataset,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const put = async (path: string, content: string | Uint8Array): Promise<void> => {
    await writeFile(path, content).catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
  };
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(folder, cause, 'cannot be made');
  });
  const columns = { labels, group: groups, ...(isConversation === true ? { order } : {}) };
  for (const [key, column] of Object.entries(columns)) {
    await put(join(folder, `${key}.npy`), npyFile(column, [column.length], '<i4'));
  }
  for (const modality of modalities) {
    const { dims, starts, values, mask } = modality;
    const steps = longest(modality);
    const all = new Float32Array(labels.length * steps * dims).fill(NaN);
    for (let sample = 0; sample < labels.length; sample += 1) {
      for (let step = starts[sample]; step < starts[sample + 1]; step += 1) {
        if (mask[step] === 0) continue;
        const at = (sample * steps + step - starts[sample]) * dims;
        all.set(values.subarray(step * dims, (step + 1) * dims), at);
      }
    }
    const shape = steps === 1 ? [labels.length, dims] : [labels.length, steps, dims];
    await put(join(folder, `${modality.name}.npy`), npyFile(all, shape, '<f4'));
  }
  const description = {
    name,
    task: 'classification',
    classes,
    modalities: Object.fromEntries(
      modalities.map(({ name: key, dims, rateHz }) => [
        key,
        { dim: dims, ...(rateHz === undefined ? {} : { rateHz }) },
      ]),
    ),
    files: Object.fromEntries(Object.keys(columns).map((key) => [key, `${key}.npy`])),
    ...more,
  };
  await put(join(folder, 'dataset.json'), `${JSON.stringify(description, undefined, 2)}\n`);
}
