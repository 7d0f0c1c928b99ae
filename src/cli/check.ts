import { foreseenTroubles, loadConfig, nameStreams, type SensoriumConfig } from '../config/index.ts';
import type { DriverDefinition } from '../contract/index.ts';
import type { StreamDescriptor } from '../frame/index.ts';
import { toRollPitchYaw } from '../geometry/index.ts';
import { WEB_PORT } from '../web/index.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Exit status 0: it is right; 78: it is not, and every problem stands on a line of its own on standard error.

Examples:
  sensorium check robot.yaml
  sensorium check config/jackal.yaml --json`;

/** `sensorium check <config>`: is it right, and what would it run? */
export const check: Verb = (program, context) => {
  program
    .command('check')
    .description('check a configuration and show what it would run')
    .argument('<config>', 'YAML or JSON file')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: { json?: boolean }) => {
      const summary = summarise(loadConfig({ file, drivers: context.drivers }), context.drivers);
      context.out(options.json === true ? `${JSON.stringify({ ok: true, file, ...summary })}\n` : shown(file, summary));
    });
};

/** What a configuration would run. */
interface Summary {
  readonly robot: string;
  /** Live sources by name, and the streams they give. */
  readonly sources: Readonly<Record<string, { readonly driver: string; readonly streams: readonly StreamSummary[] }>>;
  /** Streams that the configuration names, and what they are called where they come from. */
  readonly streams: Readonly<Record<string, string>>;
  /** m, and roll, pitch, yaw in degrees. */
  readonly mounts: Readonly<Record<string, { readonly translation: readonly number[]; readonly rpyDegrees: number[] }>>;
  readonly publishers: Readonly<Record<string, string>>;
  readonly record: string | undefined;
  /** What is right and will disappoint all the same. */
  readonly warnings: readonly string[];
}

interface StreamSummary {
  readonly stream: string;
  readonly kind: string;
  readonly frameId: string;
  readonly role: string;
  readonly rate: number | undefined;
}

function summarise(config: SensoriumConfig, drivers: readonly DriverDefinition[]): Summary {
  const given: StreamDescriptor[] = [];
  const sources = Object.entries(config.sources).map(([name, { driver, config: its }]) => {
    const found = drivers.find(({ type }) => type === driver)?.create(name, its).streams ?? [];
    const named = nameStreams(config.streams, found, name).map(({ descriptor }) => descriptor);
    given.push(...named);
    const streams = named.map((descriptor) => ({
      stream: descriptor.id,
      kind: descriptor.kind,
      frameId: descriptor.frameId,
      role: descriptor.role,
      rate: descriptor.nominalRate,
    }));
    return [name, { driver, streams }] as const;
  });
  return {
    robot: config.robot,
    sources: Object.fromEntries(sources),
    streams: Object.fromEntries(Object.entries(config.streams).map(([id, { source = id }]) => [id, source])),
    mounts: Object.fromEntries(
      Object.entries(config.mounts).map(([stream, { translation, rotation }]) => [
        stream,
        { translation, rpyDegrees: toRollPitchYaw(rotation).map((angle) => rounded((angle * 180) / Math.PI)) },
      ]),
    ),
    publishers: publishersOf(config),
    record: config.record.path,
    warnings: foreseenTroubles(config, given),
  };
}

function publishersOf({ publish, robot, web }: SensoriumConfig): Record<string, string> {
  const { mqtt, zeromq } = publish;
  const where = (port: number | undefined, standard: string): string =>
    port === undefined ? standard : `port ${port}`;
  const topics = `${publish.prefix}/${robot}/#`;
  return {
    ...(mqtt.enabled
      ? {
          mqtt: `${mqtt.url ?? `own broker on ${mqtt.host}, ${where(mqtt.port, 'first free port from 1883')}`}, ${topics}`,
        }
      : {}),
    ...(zeromq.enabled
      ? { zeromq: `${zeromq.host}, ${where(zeromq.port, 'first free port from 5556')}, ${topics}` }
      : {}),
    ...(web.enabled ? { web: `${web.host}, ${where(web.port, `first free port from ${WEB_PORT}`)}` } : {}),
  };
}

function shown(file: string, summary: Summary): string {
  const lines = [`${file}: right`, `robot       ${summary.robot}`];
  const list = (name: string, entries: readonly string[]): void => {
    entries.forEach((entry, index) => lines.push(`${(index === 0 ? name : '').padEnd(12)}${entry}`));
  };
  list(
    'sources',
    Object.entries(summary.sources).flatMap(([name, { driver, streams }]) => [
      `${name}: ${driver}`,
      ...streams.map(
        ({ stream, kind, frameId, role, rate }) =>
          `  ${stream}: ${kind} in ${frameId}${rate === undefined ? '' : `, ${rate} Hz`}${role === 'sensor' ? '' : `, ${role}`}`,
      ),
    ]),
  );
  if (Object.keys(summary.sources).length === 0) list('sources', ['none: for replaying logs only']);
  list(
    'streams',
    Object.entries(summary.streams).map(([id, source]) => `${id} <- ${source}`),
  );
  list(
    'mounts',
    Object.entries(summary.mounts).map(
      ([stream, { translation, rpyDegrees }]) =>
        `T_base_${stream}: [${translation.join(', ')}] m, roll pitch yaw [${rpyDegrees.join(', ')}] degrees`,
    ),
  );
  list(
    'publishers',
    Object.entries(summary.publishers).map(([name, where]) => `${name}: ${where}`),
  );
  if (summary.record !== undefined) list('record', [summary.record]);
  for (const warning of summary.warnings) lines.push(`warning: ${warning}`);
  return `${lines.join('\n')}\n`;
}

/** To a thousandth, without a negative zero. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000 + 0;
}
