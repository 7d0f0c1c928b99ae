import type { Command } from 'commander';
import { SensoriumError } from '../contract/index.ts';
import { openEncoder } from '../hub/index.ts';
import { decodePicture, modelFolder } from '../inference/index.ts';
import { forget as forgetIn, MemoryStore, reembed, TaughtStore } from '../recall/index.ts';
import { duration, whole } from './arguments.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
A memory is the folder that recall.path names: docs/recall.md. While a daemon writes it, "forget" is a command of the daemon.

Examples:
  sensorium memory info /var/lib/sensorium/memory
  sensorium memory forget /var/lib/sensorium/memory --last 10m
  sensorium memory reembed /var/lib/sensorium/memory --model Xenova/clip-vit-base-patch32`;

/** Pictures that a memory may hold at the most. */
const MOST = 4_000_000;

interface Options {
  readonly model: string;
  readonly last?: number;
  readonly id?: number;
  readonly taught?: string;
  readonly forgetTaught?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `sensorium memory info|forget|reembed`: a memory that no daemon runs on. */
export const memory: Verb = (program, context) => {
  const group = program
    .command('memory')
    .description('look at a memory, forget, embed it anew')
    .addHelpText('after', EXAMPLES);
  const add = (name: string, summary: string): Command =>
    group.command(name).description(summary).argument('<folder>').option('--json', 'one JSON object');
  add('info', 'how much it holds, and of which encoder')
    .addHelpText('after', '\nExample:\n  sensorium memory info memory --json')
    .action((folder: string, options: Options) => info(folder, options, context));
  add('forget', 'erase pictures, their thumbnails and embeddings')
    .option('--last <time>', 'those of the last: 10m, 2h', duration)
    .option('--id <number>', 'one of them', whole)
    .option('--taught <name>', 'what was taught under this name')
    .option('--all', 'all of them, and what was taught')
    .addHelpText('after', '\nExample:\n  sensorium memory forget memory --last 10m')
    .action((folder: string, options: Options) => forget(folder, options, context));
  add('reembed', 'embed it and what was taught anew from its thumbnails, for another encoder')
    .requiredOption('--model <model>', 'dual encoder: owner/name or a path, and :precision')
    .option('--forget-taught', 'even if examples of what was taught are lost, whose pictures it does not hold')
    .addHelpText('after', '\nExample:\n  sensorium memory reembed memory --model ./my-clip:fp32')
    .action((folder: string, options: Options) => embedAnew(folder, options, context));
};

function info(folder: string, { json }: Options, { out }: CliContext): void {
  const store = new MemoryStore(folder, { most: MOST, session: '', isReadOnly: true });
  const { count, bytes, damaged, encoder, range } = store;
  const taught: Record<string, number> = {};
  for (const { name } of new TaughtStore(folder).examples) taught[name] = (taught[name] ?? 0) + 1;
  if (json === true) return out(`${JSON.stringify({ count, bytes, damaged, encoder, ...range, taught })}\n`);
  const dateOf = (at: number): string => new Date(at / 1000).toISOString();
  const when = range === undefined ? '' : `, ${dateOf(range.first)} to ${dateOf(range.last)}`;
  const lost = damaged === 0 ? '' : `, ${damaged} bytes damaged`;
  out(`${count} pictures${when}, ${(bytes / 1e6).toFixed(1)} MB of vectors${lost}\n`);
  const names = Object.entries(taught).map(([name, examples]) => `${name} (${examples})`);
  if (names.length > 0) out(`taught, by so many examples: ${names.join(', ')}\n`);
  if (encoder !== undefined) out(`encoder ${encoder.sha256.slice(0, 12)}, ${encoder.dims} numbers\n`);
}

function forget(folder: string, { last, id, all, taught, json }: Options, { out }: CliContext): void {
  if (last === undefined && id === undefined && taught === undefined && all !== true) {
    throw new SensoriumError('E_USAGE', 'expected --last, --id, --taught or --all, got none');
  }
  // Opened for looking first: a folder that is no memory does not become one.
  new MemoryStore(folder, { most: MOST, session: '', isReadOnly: true }).close();
  const store = new MemoryStore(folder, { most: MOST, session: '' });
  try {
    const { forgotten, examples = 0 } = forgetIn(store, new TaughtStore(folder), {
      ...(id === undefined ? {} : { ids: [id] }),
      ...(last === undefined ? {} : { from: Math.round((Date.now() - last * 1000) * 1000) }),
      ...(taught === undefined ? {} : { taught }),
    });
    if (json === true) return out(`${JSON.stringify({ forgotten, examples })}\n`);
    out(
      `${forgotten} pictures are forgotten${examples === 0 ? '' : `, and ${examples} example${examples === 1 ? '' : 's'} of what was taught`}\n`,
    );
  } finally {
    store.close();
  }
}

async function embedAnew(
  folder: string,
  { model, forgetTaught, json }: Options,
  { out, err }: CliContext,
): Promise<void> {
  new MemoryStore(folder, { most: MOST, session: '', isReadOnly: true }).close();
  const encoder = await openEncoder(modelFolder(), model);
  const progress = createProgress(err);
  try {
    const { embedded, taught, lost } = await reembed(folder, encoder, {
      look: async (thumbnail) => {
        const look = await encoder.look(await decodePicture(thumbnail));
        const things = await encoder.things?.(look);
        return { embedding: look.embedding, ...(things && { things }) };
      },
      isForgetting: forgetTaught === true,
      told: (count, of) => progress.show(count / of, `${count} of ${of} pictures`),
    });
    progress.clear();
    const { sha256 } = encoder;
    if (json === true) return out(`${JSON.stringify({ embedded, taught, lost, sha256 })}\n`);
    out(`${embedded} pictures are embedded anew\n`);
    for (const [what, counts] of [
      ['taught, by so many examples', taught],
      ['forgotten, for their pictures are not remembered', lost],
    ] as const) {
      const names = Object.entries(counts).map(([name, count]) => `${name} (${count})`);
      if (names.length > 0) out(`${what}: ${names.join(', ')}\n`);
    }
  } finally {
    await encoder.close();
  }
}
