import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Picture } from '../../contract/index.ts';
import type { DualEncoder } from '../../hub/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { measureMemory, viewsOf, type MemoryFigures, type MemoryQuery } from '../memory/index.ts';
import { rounded } from './rounded.ts';
import { pairOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { OWN_MODEL, usingStills, type Opened } from './using.ts';

/** Embeddings where it is not said how many. */
const COUNT = 1_000_000;
/** Pictures that are embedded at the most. */
const PICTURES = 2000;
/** Questions of each form. */
const ASKED = 50;
/** Pictures of which one is a question and not in the memory. */
const HELD_OUT = 10;
const MIB = 2 ** 20;

/** A question of a still. */
type Asked = MemoryQuery & Pick<Case, 'kind' | 'world'>;

/**
 * How right and how quick a memory of many pictures is. It is filled with embeddings of stills and of parts of them, and as many between these as are wanted;
 * asked for the ten nearest of pictures that it does not hold and of captions, while a model embeds pictures beside it and more is added; killed (-9), and opened
 * again. The value is the share of the ten nearest that is found. Times are from question to answer, between processes.
 */
export const memory: Task = {
  description:
    'share of the ten nearest of 10^6 embeddings that a memory finds, other work running; ms, bytes, and kill -9',
  baseline: 'exact search (brute force)',
  measure: foundOf,
  run: async ({ count = COUNT, folder = tmpdir(), beside, ...context }) =>
    usingStills(async ({ stills, model, progress }) => {
      const { real, pictures, queries } = await embedded(stills, model, progress);
      const all = Math.max(count, real.length);
      const figures = await measureMemory({
        real,
        queries,
        count: all,
        folder: join(mkdtempSync(join(folder, 'sensorium-memory-')), 'memory'),
        worker: beside.memory,
        otherWork: (signal) => beside.embedding(context.model ?? OWN_MODEL, pictures, signal),
        progress,
      });
      const { nearest, found, recall } = figures;
      const cases = queries.map(({ id, form, kind, world }, i) => {
        const [truth, answer] = [nearest[i].join(' '), found[i].join(' ')];
        return { id, kind, form, truth, answer, score: recall[i], world };
      });
      const facts = { embeddings: all, dims: model.dims, 'embeddings of pictures': real.length };
      return { cases, baseline: 100, more: { ...facts, ...told(figures) } };
    })({ ...context, beside }),
};

function foundOf(cases: readonly Case[]): number {
  return (100 * cases.reduce((sum, { score }) => sum + score, 0)) / cases.length;
}

/** Embeddings of the views of most pictures; the others, and captions, are questions. */
async function embedded(stills: StillSet, model: DualEncoder, progress: Opened['progress']) {
  const real: Float32Array[] = [];
  const queries: Asked[] = [];
  const pictures: Picture[] = [];
  const truths = stills.truths.slice(0, PICTURES);
  for (const { still, kind } of truths) {
    progress(still / truths.length, 'embedding pictures');
    const picture = stills.picture(still);
    pictures.push(picture);
    if (still % HELD_OUT === HELD_OUT - 1) {
      if (queries.length < ASKED) {
        const embedding = await model.embedPicture(picture);
        queries.push({ id: `picture-${still}`, form: 'picture', kind, world: pairOf(still), embedding });
      }
    } else for (const view of viewsOf(picture)) real.push(await model.embedPicture(view));
  }
  for (const [i, { text, kind, still }] of stills.captions.slice(0, ASKED).entries()) {
    const embedding = await model.embedWords(text);
    queries.push({ id: `caption-${i}`, form: 'words', kind, world: pairOf(still), embedding });
  }
  return { real, pictures, queries };
}

function told(figures: MemoryFigures) {
  return {
    p50Ms: rounded(figures.p50),
    p99Ms: rounded(figures.p99),
    bruteForceP50Ms: rounded(figures.bruteForceP50),
    bruteForceP99Ms: rounded(figures.bruteForceP99),
    cpuMs: rounded(figures.cpu),
    bruteForceCpuMs: rounded(figures.bruteForceCpu),
    residentMiB: Math.round(figures.resident / MIB),
    boundMiB: Math.round(figures.bound / MIB),
    addMicroseconds: rounded(figures.addMicroseconds),
    openSeconds: rounded(figures.openSeconds),
    acknowledged: figures.acknowledged,
    afterKill: figures.afterKill,
    survivesKill: figures.afterKill === figures.acknowledged,
  };
}
