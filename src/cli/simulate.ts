import { basename } from 'node:path';
import { Option } from 'commander';
import { ClipCutter } from '../clips/index.ts';
import { loadConfig } from '../config/index.ts';
import { SensoriumError, type Input, type InputBody, type VirtualSource } from '../contract/index.ts';
import { NS_PER_SECOND, stampOf } from '../frame/index.ts';
import { createLogWriter, TICK_NS } from '../record/index.ts';
import { createPace, pipelineOf, prepareStreams, runThrough, sessionHeaderOf } from '../replay/index.ts';
import { duration, setting, whole, wholeOrNone } from './arguments.ts';
import { createClipWriter, type ClipWriter } from './clips.ts';
import { assertWhole } from './live/recording.ts';
import { simulateGoals } from './goals.ts';
import { createProgress } from './progress.ts';
import { simulateStills, stillsOf } from './stills.ts';
import type { Section } from '../config/index.ts';
import { SPLITS, simulateWorlds, type Split } from './worlds.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Runs the simulated robot in virtual time, as fast as this machine can: the same seed gives the same recording, byte for byte.
With --worlds, as many worlds as asked for, each another one with all senses and labels, several at a time: the same
recordings whatever the number of jobs. Recordings that a folder holds already are overwritten only with --force. Beside them
clips/ holds seconds of them with captions and questions, stills/ single moments of many more rooms (--stills-per-world), goals/
arrangements on tables that are to be reached (--goals-per-world).
With --stills, as many labelled moments as asked for, each of another room: picture, depth, a second of sound, the truth, captions
with hard negatives, and questions with answers (docs/drivers/stills.md). With --goals, arrangements alone. Options of the configuration
do not apply to either.

Examples:
  sensorium simulate --duration 10m --seed 7 --out sim.mcap
  sensorium simulate --worlds 100 --seed 1 --split train --duration 60s --out worlds/
  sensorium simulate --stills 10000 --seed 1 --split train --out stills/train
  sensorium simulate --stills 2000 --seed 1 --split test --no-sound --out stills/test
  sensorium simulate --goals 400 --seed 1 --split test --out goals/test
  sensorium simulate --duration 60s --out noisy.mcap --set sources.robot.streams.imu.noise=3`;

interface Options {
  readonly duration: number;
  readonly seed?: number;
  readonly out: string;
  readonly config?: string;
  readonly set?: Section;
  readonly json?: boolean;
  readonly worlds?: number;
  readonly stills?: number;
  readonly sound: boolean;
  readonly invented?: boolean;
  readonly further?: boolean;
  readonly stillsPerWorld: number;
  readonly goals?: number;
  readonly goalsPerWorld: number;
  readonly clips: boolean | string;
  readonly clipsEvery: number;
  readonly first?: number;
  readonly split: Split;
  readonly jobs?: number;
  readonly force?: boolean;
}

/** `sensorium simulate`: a recording of the simulated robot. */
export const simulate: Verb = (program, context) => {
  program
    .command('simulate')
    .description('record the simulated robot in virtual time')
    .requiredOption('-o, --out <path>', 'MCAP file to write; with --worlds, --stills and --goals a folder')
    .option('-d, --duration <time>', 'length of the run: 10m, 60s', duration, 60)
    .option('--seed <number>', 'seed of world, robot and noise', Number)
    .option('--worlds <number>', 'how many worlds to record', whole)
    .option('--stills <number>', 'how many labelled moments to write, of as many rooms', whole)
    .option('--no-sound', 'stills without clips of sound')
    .option('--invented', 'stills of the train split with things of no class among the others')
    .option('--further', 'stills of the train split with things of classes that no test shows among the others')
    .option('--stills-per-world <number>', 'labelled moments of other rooms for each world; 0: none', wholeOrNone, 100)
    .option('--goals <number>', 'how many arrangements on tables to write', whole)
    .option('--goals-per-world <number>', 'arrangements on tables for each world; 0: none', wholeOrNone, 20)
    .option('--clips-every <time>', 'time between the labelled clips of a world, those about events aside', duration, 2)
    .option('--no-clips', 'worlds without labelled clips')
    .addOption(new Option('--clips <folder>', 'where a recording of a world leaves its clips').hideHelp())
    .addOption(new Option('--first <number>', 'number of the first still').argParser(Number).hideHelp())
    .addOption(new Option('--split <name>', 'worlds to learn from or to be judged by').choices(SPLITS).default('train'))
    .option('--jobs <number>', 'processes at a time; default: as many as there are cores', whole)
    .option('--force', 'overwrite recordings of worlds, stills or goals')
    .option('-c, --config <file>', 'YAML or JSON with a simulation source; default: the embedded one')
    .option('--set <path=value>', 'override a value of the configuration; may be repeated', setting)
    .option('--json', 'one JSON object at the end')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => {
      const { worlds, stills, goals } = options;
      if ([worlds, stills, goals].filter((its) => its !== undefined).length > 1) {
        const path = goals === undefined ? '--stills' : '--goals';
        throw new SensoriumError('E_USAGE', 'expected either worlds, stills or goals', { path });
      }
      if (goals !== undefined) return simulateGoals({ ...options, goals }, context);
      if (stills !== undefined) return simulateStills({ ...options, stills }, context);
      if (worlds === undefined) return simulated(options, context);
      return simulateWorlds({ ...options, worlds, clips: options.clips !== false }, context);
    });
};

/** Epoch of virtual sessions: 2026-01-01T00:00:00Z, Unix ns. Unix stamps of virtual sources count from it. */
export const VIRTUAL_EPOCH = 1_767_225_600_000_000_000n;

async function simulated(options: Options, context: CliContext): Promise<void> {
  const { drivers, embedded, version, out, err } = context;
  const config = loadConfig({
    file: options.config,
    embedded,
    drivers,
    overrides: { ...options.set, ...(options.seed === undefined ? {} : { 'sources.robot.seed': options.seed }) },
  });
  const virtual = Object.entries(config.sources).flatMap(([name, { driver, config: its }]) => {
    const found = drivers.find(({ type }) => type === driver)?.simulate;
    return found === undefined ? [] : [found(name, its)];
  });
  if (virtual.length !== 1) {
    throw new SensoriumError('E_CONFIG_CONFLICT', `expected one source that can be simulated, got ${virtual.length}`, {
      path: 'sources',
    });
  }
  const [source] = virtual;
  const preparation = prepareStreams(source.streams, config, VIRTUAL_EPOCH, source.mounts);
  const writer = await createLogWriter(options.out, sessionHeaderOf(preparation, version));
  assertWhole(writer.status());
  const progress = createProgress(err);
  const pipeline = pipelineOf(preparation, () => undefined);
  const clips = clipsOf(options, source, context);
  const result = await runThrough(batches(withTicks(source.inputs(options.duration)), writer.idle), {
    pipeline,
    odom: config.frames.odom,
    tap(input) {
      writer.tap(input);
      clips?.take(input);
    },
    pace: createPace('max'),
    progress: (sequencer) =>
      progress.show(sequencer.now() / NS_PER_SECOND / options.duration, `${sequencer.count()} inputs`),
  });
  progress.clear();
  clips?.writer.close();
  assertWhole(await writer.close({ digest: result.digest, inputs: result.inputs, published: result.published }));
  if (options.json === true) out(`${JSON.stringify({ file: options.out, ...result })}\n`);
  else {
    const factor = options.duration / result.wallSeconds;
    out(
      `${options.out}: ${result.inputs} inputs, ${options.duration} s in ${result.wallSeconds.toFixed(1)} s (${factor.toFixed(0)} x real time)\n`,
    );
  }
}

/** Cuts clips out of what is recorded, if they are wanted: for a job of `--worlds`. */
function clipsOf(
  { clips, clipsEvery, split, out }: Options,
  { streams, mounts = [] }: VirtualSource,
  context: CliContext,
): { readonly take: (input: Input) => void; readonly writer: ClipWriter } | undefined {
  if (typeof clips !== 'string') return undefined;
  const writer = createClipWriter(clips);
  const frame = streams.find(({ kind, role }) => kind === 'image' && role === 'sensor')?.frameId;
  const [x, y, z] = mounts.find(({ child }) => child === frame)?.transform.translation ?? [0, 0, 0];
  const cutter = new ClipCutter({
    recording: basename(out),
    split,
    epoch: VIRTUAL_EPOCH,
    streams,
    camera: [x, y, z],
    vocabulary: stillsOf(context, 1, split).vocabulary,
    everySeconds: clipsEvery,
  });
  return { writer, take: (input) => writer.append(cutter.see(input)) };
}

/** Puts a tick on every point of the 10 ms grid before the first input at or past it. */
export function* withTicks(inputs: Iterable<InputBody>): Generator<InputBody> {
  let next = 0;
  for (const input of inputs) {
    const at = input.kind === 'frame' ? input.arrival.received : input.at;
    for (; next <= at; next += TICK_NS) yield { kind: 'tick', at: stampOf(next) };
    yield input;
  }
}

/** Groups inputs; between groups, whoever is slower (the disk) is waited for. */
export async function* batches(
  inputs: Iterable<InputBody>,
  pause: () => Promise<void>,
  size = 2000,
): AsyncGenerator<InputBody[]> {
  let batch: InputBody[] = [];
  for (const input of inputs) {
    batch.push(input);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    await pause();
  }
  if (batch.length > 0) yield batch;
}
