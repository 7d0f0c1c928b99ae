import { openAnyLog } from '../evaluate/open.ts';
import { NS_PER_SECOND, secNsecFromUnix } from '../frame/index.ts';
import type { LogReader } from '../record/index.ts';
import { dataPath } from './path.ts';
import { tableOf } from './table.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Reads our own recordings, MCAP, ROS 1 and ROS 2 bags (also as a folder), CARMEN logs and folders of
NumPy series in the layout of comma2k19.

Examples:
  sensorium info drive.mcap
  sensorium info robot.bag --json`;

/** `sensorium info <log>`: what is in it? */
export const info: Verb = (program, context) => {
  program
    .command('info')
    .description('show what a log holds: streams, counts, rates, gaps, time range')
    .argument('<log>', 'recording')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: { json?: boolean }) => {
      const log = await openAnyLog(dataPath(path), { whole: true });
      const summary = summarise(path, log);
      context.out(options.json === true ? `${JSON.stringify(summary)}\n` : shown(summary));
    });
};

function summarise(path: string, log: LogReader) {
  const { format, range, channels, health, streams, mounts, session, end, warnings } = log;
  const messages = channels.reduce((sum, { count }) => sum + count, 0);
  return {
    file: path,
    format,
    messages,
    ...(messages === 0 ? { note: 'no messages' } : {}),
    ...(range === undefined
      ? {}
      : { start: timeText(log.epoch + BigInt(range.first)), seconds: (range.last - range.first) / NS_PER_SECOND }),
    channels: channels.map((channel) => ({ ...channel, ...healthOf(channel.stream) })),
    streams: streams.map(({ id, kind, frameId, role, clock }) => ({ id, kind, frameId, role, clock: clock.domain })),
    mounts: mounts.map(({ parent, child }) => `${parent} -> ${child}`),
    ...(session === undefined
      ? {}
      : {
          session: {
            sensorium: session.sensorium,
            node: session.node,
            configuration: session.configurationHash,
            ...(session.segment === undefined ? {} : { segment: session.segment }),
            ...end,
          },
        }),
    warnings,
  };

  function healthOf(stream: string | undefined) {
    const found = health.find((item) => item.stream === stream);
    if (found === undefined) return {};
    const { rate, gaps, longestGap, backward, duplicates } = found;
    return { rate, gaps, longestGap, backward, duplicates };
  }
}

function timeText(unix: bigint): string {
  const { sec } = secNsecFromUnix(unix);
  return new Date(sec * 1000).toISOString();
}

function shown(summary: ReturnType<typeof summarise>): string {
  const lines = [`${summary.file}: ${summary.format}, ${summary.note ?? `${summary.messages} messages`}`];
  if (summary.start !== undefined) lines.push(`from ${summary.start}, ${summary.seconds?.toFixed(3)} s`);
  const rows = summary.channels.map((channel) => [
    channel.topic,
    channel.type,
    `${channel.count}`,
    channel.rate === undefined ? '' : `${channel.rate.toFixed(2)} Hz`,
    channel.stream === undefined ? '(not used)' : channel.stream,
    [
      channel.gaps ? `${channel.gaps} gaps, longest ${channel.longestGap?.toFixed(3)} s` : '',
      channel.backward ? `${channel.backward} backward` : '',
      channel.duplicates ? `${channel.duplicates} repeated stamps` : '',
    ]
      .filter((text) => text !== '')
      .join(', '),
  ]);
  const channels = tableOf(['topic', 'type', 'count', 'rate', 'stream', ''], rows);
  lines.push(...channels.map((line) => `  ${line}`));
  if (summary.mounts.length > 0) lines.push(`mounts: ${summary.mounts.join(', ')}`);
  if (summary.session !== undefined)
    lines.push(`recorded by sensorium ${summary.session.sensorium} on node ${summary.session.node}`);
  const segment = summary.session?.segment;
  if (segment !== undefined) {
    const { reason, at, before, shortened, first } = segment;
    const less = shortened ? ' (memory held no more)' : '';
    lines.push(
      `kept because of ${reason}, at ${timeText(BigInt(at))}, with ${before.toFixed(1)} s before it${less}; ` +
        `begins with input ${first} of its session`,
    );
  }
  for (const warning of summary.warnings) lines.push(`warning: ${warning}`);
  return `${lines.join('\n')}\n`;
}
