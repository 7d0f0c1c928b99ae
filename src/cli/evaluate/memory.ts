import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Picture } from '../../contract/index.ts';
import { SILENT, startModels } from '../../daemon/index.ts';
import {
  measureMemory,
  memoryReport,
  viewsOf,
  type MemoryQuery,
  type MemoryReport,
} from '../../evaluate/memory/index.ts';
import { stampOf, type InputNumber } from '../../frame/index.ts';
import { openEncoder, type DualEncoder } from '../../hub/index.ts';
import { modelFolder } from '../../inference/index.ts';
import { NO_MODELS } from '../../perception/index.ts';
import { openStills } from '../../stills/index.ts';
import { whole } from '../arguments.ts';
import { write } from '../folder.ts';
import { dataPath } from '../path.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';

const EXAMPLES = `
Fills a memory with embeddings of labelled stills and of parts of them, and as many between these as are wanted; asks it for the ten nearest of
pictures that it does not hold and of captions, while a model embeds pictures beside it and more is added; compares with exact search; kills
it (-9) and opens it again. Times are from question to answer, between processes.

Examples:
  sensorium simulate --stills 1000 --seed 9 --split test --no-sound --out stills
  sensorium eval memory --data stills --model Xenova/clip-vit-base-patch32 --count 100000
  sensorium eval memory --data stills --model ./my-clip:fp32 --json`;

/** Questions of each form. */
const ASKED = 50;
/** Pictures of which one is a question and not in the memory. */
const HELD_OUT = 10;

interface Options {
  readonly data: string;
  readonly model: string;
  readonly count: number;
  readonly stills: number;
  readonly folder: string;
  readonly predictions?: string;
  readonly json?: boolean;
}

/** `sensorium evaluate memory`: how quick and how right a memory is. */
export function memory(group: Command, context: CliContext): void {
  group
    .command('memory')
    .description('how quick and how right a memory of many pictures is')
    .requiredOption('--data <folder>', 'labelled stills')
    .requiredOption('--model <model>', 'dual encoder: owner/name or a path, and :precision')
    .option('--count <count>', 'embeddings', whole, 1_000_000)
    .option('--stills <count>', 'pictures that are embedded at the most', whole, 2000)
    .option('--folder <folder>', 'where the memory is made, and removed again', tmpdir())
    .option('--predictions <file>', 'write every case: JSON lines')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => judged(options, context));
}

async function judged(options: Options, context: CliContext): Promise<void> {
  const { model, count, folder, predictions, json } = options;
  const progress = createProgress(context.err);
  const show = (share: number, what: string): void => progress.show(share, what);
  const encoder = await openEncoder(modelFolder(), model);
  try {
    const { pictures, captions } = await stillsIn(dataPath(options.data), options.stills);
    const { real, queries } = await embedded(encoder, pictures, captions, show);
    const scripts = dirname(context.main);
    const figures = await measureMemory({
      real,
      queries,
      count: Math.max(count, real.length),
      folder: join(mkdtempSync(join(folder, 'sensorium-memory-')), 'memory'),
      worker: { script: join(scripts, 'recall-worker.js') },
      otherWork: (signal) => embedding(join(scripts, 'model-worker.js'), model, pictures, signal),
      progress: show,
    });
    progress.clear();
    const { nearest, found, recall } = figures;
    const lines = queries.map(({ id, form }, i) => {
      const its = { id, kind: 'seen', form, truth: nearest[i].join(' '), answer: found[i].join(' '), score: recall[i] };
      return `${JSON.stringify(its)}\n`;
    });
    if (predictions !== undefined) await write(predictions, lines.join(''));
    const facts = { count: Math.max(count, real.length), dims: encoder.dims, real: real.length };
    const report = memoryReport(figures, queries, facts);
    context.out(json === true ? `${JSON.stringify(report)}\n` : `${inWords(report).join('\n')}\n`);
  } finally {
    progress.clear();
    await encoder.close();
  }
}

/** Embeddings of the views of most pictures; the others, and captions, are questions. */
async function embedded(
  encoder: DualEncoder,
  pictures: readonly Picture[],
  captions: readonly string[],
  progress: (share: number, what: string) => void,
) {
  const real: Float32Array[] = [];
  const queries: MemoryQuery[] = [];
  for (const [i, picture] of pictures.entries()) {
    progress(i / pictures.length, 'embedding pictures');
    if (i % HELD_OUT === HELD_OUT - 1) {
      if (queries.length < ASKED) {
        queries.push({ id: `picture-${i}`, form: 'picture', embedding: await encoder.embedPicture(picture) });
      }
    } else for (const view of viewsOf(picture)) real.push(await encoder.embedPicture(view));
  }
  for (const [i, words] of captions.slice(0, ASKED).entries()) {
    queries.push({ id: `caption-${i}`, form: 'words', embedding: await encoder.embedWords(words) });
  }
  return { real, queries };
}

/** Other work: a model embeds pictures, one after the other, as in a daemon. */
async function embedding(
  script: string,
  model: string,
  pictures: readonly Picture[],
  signal: AbortSignal,
): Promise<void> {
  const stage = { model, hz: 1, alike: 1, thumbnail: 160, deadlineMs: 60_000 };
  const config = { ...NO_MODELS, embeddings: { camera: stage } };
  const runner = startModels({ config, worker: { script }, log: SILENT, deadlineMs: 60_000, queue: 1 });
  for (let i = 0; !signal.aborted; i += 1) {
    const { width, height, rowStride, data } = pictures[i % pictures.length];
    const measurement = { kind: 'image', encoding: 'rgb8', width, height, rowStride, data } as const;
    const at = stampOf(0);
    const its = {
      input: (i + 1) as InputNumber,
      stream: 'camera',
      frameId: 'camera',
      stamp: at,
      deviation: 0,
      received: at,
    };
    const request = {
      id: `embed/${i}`,
      model,
      at,
      task: 'embedPicture',
      frame: { ...its, measurement },
      thumbnail: 160,
    } as const;
    await new Promise((resolve) => runner.run(request, resolve));
  }
  await runner.close();
}

/** Pictures and captions of labelled stills: docs/drivers/stills.md. */
async function stillsIn(folder: string, most: number): Promise<{ pictures: Picture[]; captions: string[] }> {
  const { truths, captions, picture, close } = await openStills(folder);
  const pictures = truths.slice(0, most).map((_truth, still) => picture(still));
  close();
  return { pictures, captions: captions.map(({ text }) => text) };
}

function inWords({ value, low, high, cases, byForm, ...more }: MemoryReport): string[] {
  const figure = (its: number | null): string => (its === null ? '-' : its.toFixed(1));
  return [
    `recall of the ten nearest: ${figure(value)} % (${figure(low)} to ${figure(high)}), ${cases} questions; 100 % is exact search`,
    ...tableOf(
      ['form', '%'],
      Object.entries(byForm).map(([form, its]) => [form, figure(its)]),
    ),
    ...Object.entries(more)
      .filter(([key]) => !['task', 'baseline', 'byKind'].includes(key))
      .map(([key, its]) => `${key}: ${String(its)}`),
  ];
}
