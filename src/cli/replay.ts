import { InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../config/index.ts';
import { publishTo, SensoriumError, type Publication, type Publisher } from '../contract/index.ts';
import { openAnyLog } from '../evaluate/open.ts';
import { replayEntries, type LogReader, type ReplayRange } from '../record/index.ts';
import {
  configOfLog,
  createComparison,
  createPace,
  mappingsOf,
  pipelineOf,
  prepareLog,
  runThrough,
  type Agreement,
  type Preparation,
  type ReplayResult,
  type Rerun,
} from '../replay/index.ts';
import { duration } from './arguments.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import { agreementInWords, inferenceMode, startRerun, type InferenceMode } from './replay-models.ts';
import { publishersFor } from './replay-publishers.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
A log of ours replays exactly as it was recorded, with the configuration that it holds. Logs from elsewhere (MCAP, ROS
bags, CARMEN, folders like comma2k19) are admitted in the order in which they were received; --config says which topic is which sensor.

What models found is part of a log of ours: it is taken as it was recorded, and no model is needed. --inference rerun runs them
again, puts each answer where the recorded one was (else right after its question) and compares; exit 1 when they do not agree.
Models that are configured for a log from elsewhere run, unless --inference recorded says that they should not.

Examples:
  sensorium replay drive.mcap --verify
  sensorium replay robot.bag --config robot.yaml --json
  sensorium replay drive.mcap --inference rerun
  sensorium replay drive.mcap --diff other.yaml
  sensorium replay drive.mcap --rate 1 --publish --from 30s --to 60s`;

interface Options {
  readonly config?: string;
  readonly rate: number | 'max';
  readonly from?: number;
  readonly to?: number;
  readonly inference?: InferenceMode;
  readonly verify?: boolean;
  readonly diff?: string;
  readonly publish?: boolean;
  readonly json?: boolean;
}

/** `sensorium replay <log>`: the same thing again. */
export const replay: Verb = (program, context) => {
  program
    .command('replay')
    .description('run a log through the pipeline')
    .argument('<log>', 'recording')
    .option('-c, --config <file>', 'YAML or JSON; default: what the log holds')
    .option('--rate <factor>', 'multiple of real time, or max', rateOf, 'max')
    .option('--from <time>', 'start this long after the first message', duration)
    .option('--to <time>', 'end this long after the first message', duration)
    .addOption(
      new Option('--inference <how>', 'answers of models: as recorded, or computed again').choices([
        'recorded',
        'rerun',
      ]),
    )
    .option('--verify', 'compare the digest with the recorded one; exit 1 when it differs')
    .option('--diff <config>', 'show what another configuration would have published')
    .option('--publish', 'publish over MQTT and ZeroMQ while replaying')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: Options) => start(dataPath(path), options, context));
};

function rateOf(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const rate = Number(text);
  if (!(rate > 0)) throw new InvalidArgumentError('expected a positive number or max');
  return rate;
}

async function start(path: string, options: Options, context: CliContext): Promise<void> {
  const { drivers } = context;
  // The configuration is looked at before the log: its mistakes cost no waiting.
  const given = options.config === undefined ? undefined : loadConfig({ file: options.config, drivers });
  const log = await openAnyLog(path, { mappings: given && mappingsOf(given) });
  if (log.range === undefined) throw new SensoriumError('E_FILE_FORMAT', 'no messages', { path });
  const config = given ?? configOfLog(log, drivers);
  const preparation = prepareLog(log, config);
  for (const warning of [...log.warnings, ...preparation.warnings]) context.err(`warning: ${warning}\n`);
  const told = log.warnings.length;
  if (options.diff !== undefined && options.inference === 'rerun') {
    throw new SensoriumError('E_USAGE', 'two configurations are compared by recorded answers', { path: '--inference' });
  }
  if (options.diff !== undefined) {
    await compare(log, preparation, options.diff, options, context);
    return tellFound(log, told, context);
  }
  const inference = inferenceMode(options.inference, log, config, context);
  const models = inference === 'rerun' ? await startRerun(log, config, context) : undefined;
  const publishers = options.publish === true ? await publishersFor(config, preparation.streams, context) : [];
  const result = await run(log, preparation, options, context, publishers, models?.rerun).finally(() =>
    Promise.all([...publishers, ...(models === undefined ? [] : [models])].map((part) => part.close())),
  );
  tellFound(log, told, context);
  const agreement = models?.rerun.agreement();
  const verified = options.verify === true ? verify(path, log, result) : undefined;
  const outcome = {
    ...result,
    inference,
    ...(agreement === undefined ? {} : { agreement }),
    ...(verified === undefined ? {} : { verified }),
  };
  context.out(options.json === true ? `${JSON.stringify(outcome)}\n` : inWords(outcome));
  if (agreement?.agrees === false) {
    const { agreed, compared } = agreement;
    throw new SensoriumError('E_VERIFY', `the models say other things now: ${agreed} of ${compared} answers agree`, {
      path,
    });
  }
}

/** Tells on stderr what came to light while a log was read. */
function tellFound({ warnings, health }: LogReader, told: number, { err }: CliContext): void {
  for (const warning of warnings.slice(told)) err(`warning: ${warning}\n`);
  for (const { stream, gaps, longestGap, backward } of health) {
    if (gaps > 0 || backward > 0) {
      err(`${stream}: ${gaps} gaps (longest ${longestGap.toFixed(3)} s), ${backward} steps back in time\n`);
    }
  }
}

function run(
  log: LogReader,
  preparation: Preparation,
  options: Options,
  context: CliContext,
  publishers: readonly Publisher[],
  rerun: Rerun | undefined,
): Promise<ReplayResult> {
  const publish = (publication: Publication): void => {
    publishTo(publishers, publication);
  };
  const range: ReplayRange = { from: options.from, to: options.to };
  const progress = createProgress(context.err);
  const { first, last } = log.range ?? { first: 0, last: 1 };
  return runThrough(replayEntries(log, range), {
    pipeline: pipelineOf(preparation, publish, { request: rerun?.request }),
    rerun,
    odom: preparation.config.frames.odom,
    pace: createPace(options.rate),
    progress: (sequencer) =>
      progress.show((sequencer.now() - first) / Math.max(1, last - first), `${sequencer.count()} inputs`),
  }).finally(() => progress.clear());
}

/** @throws SensoriumError E_VERIFY */
function verify(path: string, log: LogReader, result: ReplayResult): boolean {
  if (log.end === undefined) throw new SensoriumError('E_VERIFY', 'the log holds no digest to compare with', { path });
  if (log.end.digest === result.digest) return true;
  throw new SensoriumError('E_VERIFY', `recorded digest ${log.end.digest}, replayed ${result.digest}`, { path });
}

async function compare(
  log: LogReader,
  preparation: Preparation,
  file: string,
  options: Options,
  context: CliContext,
): Promise<void> {
  const other = prepareLog(log, loadConfig({ file, drivers: context.drivers }));
  const comparison = createComparison();
  const pipeline = pipelineOf(preparation, comparison.one);
  const second = pipelineOf(other, comparison.other);
  await runThrough(replayEntries(log, { from: options.from, to: options.to }), {
    pipeline: {
      ...pipeline,
      step(input) {
        pipeline.step(input);
        second.step(input);
      },
    },
    odom: preparation.config.frames.odom,
  });
  const topics = comparison.result();
  if (options.json === true) context.out(`${JSON.stringify({ topics })}\n`);
  else {
    for (const { topic, messages, otherMessages, same, first, distance } of topics) {
      const apart = distance && `; poses apart ${distance.rms.toFixed(4)} m RMS, ${distance.max.toFixed(4)} m at most`;
      const where = first === undefined ? '' : `, first difference at ${first}`;
      context.out(`${topic}: ${messages} and ${otherMessages} messages, ${same} the same${where}${apart ?? ''}\n`);
    }
  }
}

function inWords(result: ReplayResult & { verified?: boolean; agreement?: Agreement }): string {
  const { inputs, sets, published, dropped, finalPose, digest, wallSeconds } = result;
  const lines = [`${inputs} inputs, ${sets} aligned sets, ${published} messages in ${wallSeconds.toFixed(2)} s`];
  for (const [stream, reasons] of Object.entries(dropped)) {
    const why = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
    lines.push(`${stream}: dropped ${why.join(', ')}`);
  }
  if (finalPose !== undefined) {
    const { x, y, z, yaw, frameId } = finalPose;
    lines.push(`pose in ${frameId}: ${x.toFixed(4)} ${y.toFixed(4)} ${z.toFixed(4)} m, yaw ${yaw.toFixed(4)} rad`);
  }
  if (result.agreement !== undefined) lines.push(agreementInWords(result.agreement));
  lines.push(`digest ${digest}${result.verified === true ? ' as recorded' : ''}`);
  return `${lines.join('\n')}\n`;
}
