import { batchOf } from '../dataset/batch.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { percent } from '../evaluate/decisions.ts';
import type { Engine } from '../tensorflow/engine.ts';
import { placed } from '../train/place.ts';
import { embedAll } from './embed.ts';
import type { Pretrained } from './pretrain.ts';

/** Samples at once: more would only take memory. */
const AT_ONCE = 256;

/** How often what one modality tells finds what another tells of the same moment; percent. */
export interface Recall {
  /** Share of questions whose answer is the nearest, or among the five nearest. */
  readonly at1: number;
  readonly at5: number;
  /** The same by chance. */
  readonly chance1: number;
  readonly chance5: number;
  /** Samples that were to choose from. */
  readonly gallery: number;
}

/** Embeddings of all samples, by modality: [samples, size], and which are there. */
export interface Embeddings {
  readonly size: number;
  readonly byModality: readonly { readonly values: Float32Array; readonly isPresent: readonly boolean[] }[];
}

/** Embeds a data set. */
export function embeddingsOf(engine: Engine, encoders: Pretrained, dataset: Dataset): Embeddings {
  const { description, scalings, parameters } = encoders;
  const { modalities, size } = description;
  const count = dataset.labels.length;
  const found = modalities.map(() => ({ values: new Float32Array(count * size), isPresent: [] as boolean[] }));
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
    const batch = batchOf(dataset, rows, modalities);
    const values = engine.compute(parameters, (ops) =>
      Object.fromEntries(embedAll(ops, description, scalings, placed(ops, batch)).map((one, m) => [m, one])),
    );
    modalities.forEach(({ name, steps }, m) => {
      found[m].values.set(values[m].data, from * size);
      rows.forEach((_, i) => {
        found[m].isPresent.push(batch.masks[name].data.subarray(i * steps, (i + 1) * steps).includes(1));
      });
    });
  }
  return { size, byModality: found };
}

/**
 * Asks of each sample with one modality for the same sample in another, among all samples that have both: cosine similarity.
 * @param from modality that is known
 * @param to modality that is looked for
 */
export function recallOf({ size, byModality }: Embeddings, from: number, to: number): Recall {
  const [known, wanted] = [byModality[from], byModality[to]];
  const rows = [...known.isPresent.keys()].filter((row) => known.isPresent[row] && wanted.isPresent[row]);
  const similarity = (a: number, b: number): number => {
    let sum = 0;
    for (let d = 0; d < size; d += 1) sum += known.values[a * size + d] * wanted.values[b * size + d];
    return sum;
  };
  let [first, five] = [0, 0];
  for (const row of rows) {
    const own = similarity(row, row);
    // What is as near counts against it: encoders that tell all the same find nothing.
    const nearer = rows.filter((other) => other !== row && similarity(row, other) >= own).length;
    if (nearer < 1) first += 1;
    if (nearer < 5) five += 1;
  }
  const gallery = rows.length;
  const share = (count: number): number => (gallery === 0 ? NaN : percent(count / gallery));
  return {
    at1: share(first),
    at5: share(five),
    chance1: share(Math.min(1, gallery)),
    chance5: share(Math.min(5, gallery)),
    gallery,
  };
}

/** Recall of all pairs of modalities, both ways. */
export interface Recalls extends Recall {
  /** By `<known>-><looked for>`. */
  readonly pairs: Readonly<Record<string, Recall>>;
}

/** Recall of all pairs of modalities, and their mean. @param names of the modalities */
export function recallsOf(embeddings: Embeddings, names: readonly string[]): Recalls {
  const pairs = names.flatMap((known, from) =>
    names.flatMap((wanted, to) =>
      from === to ? [] : [[`${known}->${wanted}`, recallOf(embeddings, from, to)] as const],
    ),
  );
  return { ...meanRecall(pairs.map(([, recall]) => recall)), pairs: Object.fromEntries(pairs) };
}

/** The mean, each question counting the same; the gallery is that of a mean question. */
export function meanRecall(recalls: readonly Recall[]): Recall {
  const questions = recalls.reduce((sum, { gallery }) => sum + gallery, 0);
  const mean = (of: (recall: Recall) => number): number =>
    rounded(
      recalls.reduce((sum, recall) => sum + (recall.gallery === 0 ? 0 : of(recall) * recall.gallery), 0) / questions,
    );
  return {
    at1: mean(({ at1 }) => at1),
    at5: mean(({ at5 }) => at5),
    chance1: mean(({ chance1 }) => chance1),
    chance5: mean(({ chance5 }) => chance5),
    gallery: mean(({ gallery }) => gallery),
  };
}

function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
