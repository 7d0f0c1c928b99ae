import { alignedStreams } from '../align/index.ts';
import { loadConfig, type SensoriumConfig } from '../config/index.ts';
import { SensoriumError } from '../contract/index.ts';
import { createStoryTeller, type Question, type Story } from '../evaluate/story.ts';
import { aroundWords, inPlainWords, setWords, streamWords } from '../evaluate/why.ts';
import { NS_PER_SECOND, stampOf } from '../frame/index.ts';
import { openLog, replayEntries } from '../record/index.ts';
import { configOfLog, mappingsOf, pipelineOf, prepareLog, runThrough } from '../replay/index.ts';
import { count, duration } from './arguments.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Runs the log through the aligning buffer and says which stream each set waited for and how long, which sets miss a stream and
why, which frames are in no set, and what would have had to be different. Times count from the first message of the log.

Examples:
  sensorium why drive.mcap                        every stream
  sensorium why drive.mcap --stream imu           one of them
  sensorium why drive.mcap --at 12.5s             the set nearest to a time, and what the streams had around it
  sensorium why robot.bag --config robot.yaml --set 122 --json`;

interface Options {
  readonly config?: string;
  readonly at?: number;
  readonly set?: number;
  readonly stream?: string;
  readonly json?: boolean;
}

/** `sensorium why <log>`: why did frames find together, or not? */
export const why: Verb = (program, context) => {
  program
    .command('why')
    .description('say why frames of a log found together, or did not')
    .argument('<log>', 'recording')
    .option('-c, --config <file>', 'YAML or JSON; default: what the log holds')
    .option('--at <time>', 'the set nearest to this time', duration)
    .option('--set <number>', 'this set', count)
    .option('--stream <name>', 'this stream')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: Options) => start(dataPath(path), options, context));
};

async function start(path: string, options: Options, context: CliContext): Promise<void> {
  const given =
    options.config === undefined ? undefined : loadConfig({ file: options.config, drivers: context.drivers });
  const log = await openLog(path, { mappings: given && mappingsOf(given) });
  if (log.range === undefined) throw new SensoriumError('E_FILE_FORMAT', 'no messages', { path });
  const config = given ?? configOfLog(log, context.drivers);
  const preparation = prepareLog(log, config);
  for (const warning of preparation.warnings) context.err(`warning: ${warning}\n`);
  const sensors = preparation.streams.filter(({ role }) => role === 'sensor');
  const streams = alignedStreams(config.align, sensors).map(({ id }) => id);
  if (options.stream !== undefined && !streams.includes(options.stream)) {
    const what = `no stream "${options.stream}" is aligned; there are ${streams.join(', ') || 'none'}`;
    throw new SensoriumError('E_USAGE', what, { path: '--stream' });
  }
  if (streams.length < 2) {
    const what = `nothing to align: ${streams.length === 0 ? 'no stream of a sensor' : `only ${streams[0]}`}`;
    throw new SensoriumError('E_FILE_FORMAT', what, { path });
  }
  const { first, last } = log.range;
  const question: Question = {
    set: options.set,
    at: options.at === undefined ? undefined : stampOf(first + options.at * NS_PER_SECOND),
  };
  const teller = createStoryTeller(config.align.policy, streams, first, question);
  const progress = createProgress(context.err);
  await runThrough(replayEntries(log), {
    pipeline: pipelineOf(preparation, () => undefined, { witness: teller }),
    odom: config.frames.odom,
    progress: (sequencer) =>
      progress.show((sequencer.now() - first) / Math.max(1, last - first), `${sequencer.count()} inputs`),
  }).finally(() => progress.clear());
  const story = teller.story();
  if (options.set !== undefined && story.set === undefined) {
    throw new SensoriumError('E_USAGE', `there is no set ${options.set}; there are ${story.sets}`, { path: '--set' });
  }
  const answer = asked(story, options);
  context.out(options.json === true ? `${JSON.stringify(answer)}\n` : `${words(story, config, options).join('\n')}\n`);
}

/** The part of the story that was asked for. */
function asked(story: Story, { stream }: Options): Story {
  return stream === undefined ? story : { ...story, streams: story.streams.filter((one) => one.stream === stream) };
}

function words(story: Story, { align }: SensoriumConfig, { at, set, stream }: Options): string[] {
  if (at !== undefined) {
    const nearest = story.set === undefined ? ['There is no set at all.'] : setWords(story.set, align);
    return [...nearest, `Around ${at.toFixed(3)} s:`, ...aroundWords(story.around ?? [], at)];
  }
  if (set !== undefined && story.set !== undefined) return setWords(story.set, align);
  if (stream === undefined) return inPlainWords(story, align);
  return story.streams.filter((one) => one.stream === stream).flatMap((one) => streamWords(one, story, align));
}
