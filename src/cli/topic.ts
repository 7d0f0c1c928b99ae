import { SensoriumError } from '../contract/index.ts';
import { subscribe, topicCounter, type Heard, type TopicStatistics } from '../publish/index.ts';
import { count, duration } from './arguments.ts';
import type { CliContext, Verb } from './verb.ts';

/** Where a daemon with the default configuration publishes. */
const DEFAULT_ADDRESS = 'mqtt://127.0.0.1:1883';

interface Options {
  readonly mqtt?: string;
  readonly zmq?: string;
  readonly prefix: string;
  readonly duration?: number;
  readonly count?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Topics are named as in docs/messages.md: pose, orientation, tf, sensors/imu, sets, diag, diag/host, state. A name without
prefix and robot means that of every robot; + stands for one level, # for all that follow.

Examples:
  sensorium topic list
  sensorium topic echo pose --count 1
  sensorium topic echo 'sensors/+' --json
  sensorium topic hz pose --duration 10s
  sensorium topic hz '#' --zmq tcp://127.0.0.1:5556
  sensorium topic echo sensorium/jackal/state --mqtt mqtt://user:password@broker:1883`;

/** `sensorium topic list|echo|hz`: what a running daemon publishes, as any subscriber sees it. */
export const topic: Verb = (program, context) => {
  const verb = program
    .command('topic')
    .description('show what a running daemon publishes')
    .addHelpText('after', EXAMPLES);

  const add = (name: string, summary: string, example: string) =>
    verb
      .command(name)
      .description(summary)
      .option('--mqtt <url>', `listen to an MQTT broker (default: ${DEFAULT_ADDRESS})`)
      .option('--zmq <address>', 'listen over ZeroMQ instead: tcp://HOST:PORT')
      .option('--prefix <prefix>', 'publish.prefix of the daemon', 'sensorium')
      .option('--duration <time>', 'stop after this time: 10s, 500ms, 2m', duration)
      .option('--json', 'one JSON object a line')
      .addHelpText('after', `\nExample:\n  ${example}`);

  add('list', 'list the topics heard within 3 s, or within --duration', 'sensorium topic list --json').action(
    async (options: Options) => {
      const counter = topicCounter();
      const limited = { ...options, duration: options.duration ?? 3 };
      await listen(context, '#', limited, (message) => counter.add(message, performance.now()));
      const topics = counter.statistics().sort((a, b) => (a.topic < b.topic ? -1 : 1));
      for (const found of topics) context.out(options.json === true ? json(found) : row(found));
      if (topics.length === 0) context.err(`nothing heard within ${limited.duration} s\n`);
    },
  );

  add('echo', 'print the messages of a topic', 'sensorium topic echo pose --count 1')
    .argument('<topic>')
    .option('--count <n>', 'stop after this many messages', count)
    .action((name: string, options: Options) =>
      listen(context, name, options, (message) => {
        const text = message.payload.toString();
        if (options.json !== true) context.out(`${message.topic} ${text}\n`);
        else
          context.out(
            `{"topic":${JSON.stringify(message.topic)},"message":${isJson(text) ? text : JSON.stringify(text)}}\n`,
          );
      }),
    );

  add('hz', 'measure how often a topic comes', 'sensorium topic hz pose --duration 10s')
    .argument('<topic>')
    .option('--count <n>', 'stop after this many messages', count)
    .action(async (name: string, options: Options) => {
      const counter = topicCounter();
      const show = () =>
        counter.statistics().forEach((one) => context.out(options.json === true ? json(one) : row(one)));
      const unlimited = options.duration === undefined && options.count === undefined;
      const timer = unlimited ? setInterval(show, 1000) : undefined;
      try {
        await listen(context, name, options, (message) => {
          if (!message.retained) counter.add(message, performance.now());
        });
      } finally {
        clearInterval(timer);
      }
      show();
      if (counter.statistics().length === 0) context.err(`nothing heard of ${name}\n`);
    });
};

/** Listens until the count or the time is reached, Ctrl-C is pressed, or the other side has gone. */
async function listen(
  context: CliContext,
  name: string,
  options: Options,
  heard: (message: Heard) => void,
): Promise<void> {
  if (options.mqtt !== undefined && options.zmq !== undefined) {
    throw new SensoriumError('E_USAGE', '--mqtt and --zmq exclude each other');
  }
  const address = options.zmq ?? options.mqtt ?? DEFAULT_ADDRESS;
  const full = name.startsWith(`${options.prefix}/`);
  const filters = full ? [name] : [`${options.prefix}/+/${name}`];
  let finish: (lost?: string) => void = () => undefined;
  const finished = new Promise<string | undefined>((resolve) => (finish = resolve));
  let count = 0;
  const subscription = await subscribe(address, filters, {
    heard(message) {
      if (count === options.count) return;
      heard(message);
      if (++count === options.count) finish();
    },
    lost: (reason) => finish(reason),
  });
  const timer = options.duration === undefined ? undefined : setTimeout(() => finish(), options.duration * 1000);
  const stop = () => finish();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const lost = await finished;
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  clearTimeout(timer);
  await subscription.close();
  if (lost !== undefined) context.err(`the connection has ended: ${lost}\n`);
}

function json(statistics: TopicStatistics): string {
  return `${JSON.stringify(statistics)}\n`;
}

function row({ topic, count, rate, shortest, longest, lost, bytes }: TopicStatistics): string {
  const hz = rate === undefined ? '       -   ' : `${rate.toFixed(2).padStart(8)} Hz`;
  const ms = (value: number | undefined) => (value === undefined ? '-' : (value * 1000).toFixed(1));
  const gaps = `${ms(shortest)}..${ms(longest)} ms apart`;
  return `${topic.padEnd(40)} ${hz}  ${gaps.padEnd(24)} ${count} heard, ${lost} lost, ${bytes} bytes each\n`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
