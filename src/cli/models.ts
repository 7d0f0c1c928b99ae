import { InvalidArgumentError, Option } from 'commander';
import { hubModelsIn, PRECISIONS, pullHubModel, type Precision } from '../hub/index.ts';
import { loadModel, modelFolder, pullModel, readModel } from '../inference/index.ts';
import { SensoriumError, type Execution, type ModelDefinition, type Tensors } from '../contract/index.ts';
import { nearest } from '../config/index.ts';
import { createProgress } from './progress.ts';
import { tableOf } from './table.ts';
import { quantize, QUANTIZE_EXAMPLES, type QuantizeOptions } from './models/quantize.ts';
import { tryModel, triedInWords } from './models/try.ts';
import type { CliContext, Verb } from './verb.ts';

const GROUP_EXAMPLES = `
Models lie in the folder that SENSORIUM_MODELS names, each in a folder of its name; default: sensorium/models in the user's
cache folder. Nothing but pull ever fetches one, and no content but that of the manifest's sha256 is used; of a model of a hub, that of
its lock file's.

Examples:
  sensorium models list
  sensorium models pull fastestdet
  sensorium models verify
  sensorium models try fastestdet photo.jpg --out boxes.jpg`;

const VERIFY_EXAMPLES = `
Reads the files and checks their size and sha256, loads them and compares names, types and shapes with the manifest, and runs
each model on zeros. Exit status 0: all are right.

Examples:
  sensorium models verify
  sensorium models verify yamnet --json`;

const PULL_EXAMPLES = `
owner/name is a model of a hub whose networks are there as ONNX; docs/models.md lists the families. What is fetched is locked by its
sha256, which is checked whenever it is loaded; a fetch that broke off goes on where it did.

Examples:
  sensorium models pull                                from the public sources, all that are missing
  sensorium models pull yamnet --from ~/Downloads      a folder that has the file, or <model>/<file>
  sensorium models pull fastestdet --from FastestDet.onnx
  sensorium models pull Xenova/clip-vit-base-patch32   151 million parameters: 8 bits; --dtype fp32 for all
  sensorium models pull Xenova/clip-vit-base-patch32 --from https://mirror.example`;

const TRY_EXAMPLES = `
A detector takes a picture (JPEG, PNG, …), a sound model a WAV file (16-bit PCM at the model's sample rate).

Examples:
  sensorium models try fastestdet street.jpg --out boxes.jpg
  sensorium models try yamnet dog.wav --json`;

interface Options {
  readonly json?: boolean;
  readonly from?: string;
  readonly out?: string;
  readonly threads: number;
  readonly dtype: Precision;
  readonly revision?: string;
}

/** `sensorium models list|verify|pull|quantize|try`. */
export const models: Verb = (program, context) => {
  const group = program
    .command('models')
    .description('list, check, fetch and try the learned models')
    .addHelpText('after', GROUP_EXAMPLES);
  group
    .command('list')
    .description('the models of this build, whether their files are there, and those of hubs that were pulled')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  sensorium models list --json')
    .action((options: Options) => list(options, context));
  group
    .command('verify')
    .description('check files, names, types and shapes, and run once')
    .argument('[model...]', 'default: all')
    .option('--threads <count>', 'threads of one run', threadsOf, 1)
    .option('--json', 'one JSON object')
    .addHelpText('after', VERIFY_EXAMPLES)
    .action((names: string[], options: Options) => verify(names, options, context));
  group
    .command('pull')
    .description('put the files of models into the folder of models')
    .argument('[model...]', 'default: all of this build; owner/name: of a hub')
    .option('--from <path>', "a file or folder instead of the public source, or a hub's address")
    .addOption(
      new Option('--dtype <precision>', 'of a hub: precision of the networks').choices(PRECISIONS).default('q8'),
    )
    .option('--revision <name>', 'of a hub: branch, tag or commit; default: what is there already, else main')
    .option('--json', 'one JSON object')
    .addHelpText('after', PULL_EXAMPLES)
    .action((names: string[], options: Options) => pull(names, options, context));
  group
    .command('quantize')
    .description('make the 8-bit networks (q8) of a model of a hub from its fp32 ones')
    .argument('<model>', 'owner/name or a path')
    .option('--image <file>', 'a picture to compare on; default: a drawn one')
    .option('--force', 'write over 8-bit networks that are there')
    .option('--json', 'one JSON object')
    .addHelpText('after', QUANTIZE_EXAMPLES)
    .action((model: string, options: QuantizeOptions) => quantize(model, options, context));
  group
    .command('try')
    .description('run a model on a picture or a sound')
    .argument('<model>')
    .argument('<file>', 'picture or WAV file')
    .option('--out <picture>', 'the picture with boxes (a detector only)')
    .option('--json', 'one JSON object')
    .addHelpText('after', TRY_EXAMPLES)
    .action(async (name: string, file: string, { out, json }: Options) => {
      const tried = await tryModel(found([name], context)[0], modelFolder(), file, out);
      context.out(json === true ? `${JSON.stringify(tried)}\n` : triedInWords(tried));
    });
};

function threadsOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64) throw new InvalidArgumentError('expected 1..64');
  return count;
}

/** The models of these names; all where none is named. */
function found(names: readonly string[], { models: known }: CliContext): readonly ModelDefinition[] {
  if (names.length === 0) return known;
  return names.map((name) => {
    const model = known.find(({ manifest }) => manifest.name === name);
    if (model !== undefined) return model;
    const all = known.map(({ manifest }) => manifest.name);
    const hint = nearest(name, all);
    const what = hint === undefined ? `expected ${all.join(', ')}` : `did you mean ${hint}?`;
    throw new SensoriumError('E_MODEL_UNKNOWN', `no such model; ${what}`, { path: name });
  });
}

async function list({ json }: Options, { models: known, out }: CliContext): Promise<void> {
  const folder = modelFolder();
  const listed = await Promise.all(
    known.map(async ({ kind, manifest }) => ({
      name: manifest.name,
      kind,
      state: await stateOf(manifest, folder),
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
      licence: manifest.licence,
      task: manifest.task,
      source: manifest.source,
      files: manifest.files,
    })),
  );
  const hub = await hubModelsIn(folder);
  if (json === true) {
    out(`${JSON.stringify({ folder, models: listed, hub })}\n`);
    return;
  }
  const rows = listed.map(({ name, kind, state, bytes, licence, task }) => [
    name,
    kind,
    state,
    `${(bytes / 1e6).toFixed(1)} MB`,
    licence,
    task,
  ]);
  out(`${folder}\n\n${tableOf(['model', 'kind', 'state', 'size', 'licence', 'what'], rows).join('\n')}\n`);
  if (hub.length > 0) {
    const pulled = hub.map(({ name, family, kind, state, bytes, precisions, commit }) => [
      name,
      family ?? '',
      kind ?? '',
      state,
      `${(bytes / 1e6).toFixed(1)} MB`,
      precisions.join(' '),
      commit ?? '',
    ]);
    out(`\n${tableOf(['of a hub', 'family', 'kind', 'state', 'size', 'precisions', 'commit'], pulled).join('\n')}\n`);
  }
}

/** `ready`, `missing`, or the code of what is wrong with it. */
async function stateOf(manifest: ModelDefinition['manifest'], folder: string): Promise<string> {
  try {
    await readModel(folder, manifest);
    return 'ready';
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    return error.code === 'E_MODEL_MISSING' ? 'missing' : error.code;
  }
}

/** What verify tells of one model. */
interface Verified {
  readonly name: string;
  readonly ok: boolean;
  readonly execution?: Execution;
  /** One run, the median of a few. */
  readonly ms?: number;
  readonly error?: string;
}

async function verify(names: readonly string[], { json, threads }: Options, context: CliContext): Promise<void> {
  const results: Verified[] = [];
  let failed: SensoriumError | undefined;
  for (const { manifest } of found(names, context)) {
    try {
      const model = await loadModel(manifest, modelFolder(), { threads });
      const ms = await timeOf(() => model.run(zerosOf(manifest)));
      results.push({ name: manifest.name, ok: true, execution: model.execution, ms });
      await model.close();
    } catch (error) {
      if (!(error instanceof SensoriumError)) throw error;
      failed ??= error;
      results.push({ name: manifest.name, ok: false, error: error.message });
    }
  }
  context.out(json === true ? `${JSON.stringify({ ok: failed === undefined, models: results })}\n` : inWords(results));
  if (failed !== undefined) throw failed;
}

function inWords(results: readonly Verified[]): string {
  const rows = results.map(({ name, ok, execution, ms, error }) =>
    ok && execution !== undefined
      ? [name, 'right', `${execution.runtime} ${execution.version}`, execution.provider, `${ms} ms`]
      : [name, 'wrong', error ?? ''],
  );
  return `${tableOf(['model', 'state', 'runtime', 'provider', 'a run'], rows).join('\n')}\n`;
}

function zerosOf({ inputs }: ModelDefinition['manifest']): Tensors {
  const arrays = {
    float32: Float32Array,
    int32: Int32Array,
    int64: Int32Array,
    uint8: Uint8Array,
    int8: Int8Array,
    bool: Uint8Array,
  };
  return Object.fromEntries(
    inputs.map(({ name, type, shape: wanted }) => {
      const shape = wanted.map((size) => Math.max(1, size));
      const count = shape.reduce((product, size) => product * size, 1);
      return [name, { type, shape, data: new arrays[type](count) }];
    }),
  );
}

/** ms, the median of a few after a first one. */
async function timeOf(run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  return Math.round(times.sort((a, b) => a - b)[4] * 100) / 100;
}

async function pull(names: readonly string[], options: Options, context: CliContext): Promise<void> {
  const { from, json, dtype, revision } = options;
  const folder = modelFolder();
  const progress = createProgress(context.err);
  const done: { readonly model: string; readonly file: string; readonly path: string; readonly how: string }[] = [];
  try {
    for (const id of names.filter((name) => name.includes('/'))) {
      const pulled = await pullHubModel(id, folder, {
        precision: dtype,
        ...(from === undefined ? {} : { from }),
        ...(revision === undefined ? {} : { revision }),
        progress: (file, received, bytes) => progress.show(bytes === undefined ? 0 : received / bytes, file),
      });
      done.push(...pulled.map((file) => ({ model: id, ...file })));
    }
    const known = names.filter((name) => !name.includes('/'));
    for (const { manifest } of known.length === 0 && names.length > 0 ? [] : found(known, context)) {
      const pulled = await pullModel(manifest, folder, {
        ...(from === undefined ? {} : { from }),
        progress: (file, received, bytes) => progress.show(received / bytes, file),
      });
      done.push(...pulled.map((file) => ({ model: manifest.name, ...file })));
    }
  } finally {
    progress.clear();
  }
  const lines = done.map(({ how, path }) => `${how}: ${path}\n`);
  context.out(json === true ? `${JSON.stringify({ folder, files: done })}\n` : lines.join(''));
}
