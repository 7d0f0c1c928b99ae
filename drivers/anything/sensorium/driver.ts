import { mapOf, oneOf, optional, SensoriumError, text } from '../../../src/contract/index.ts';
import {
  defineDevice,
  withLarge,
  zeromqAddress,
  zeromqLink,
  zeromqSchema,
  type ZeroMqConfig,
} from '../../../src/device/index.ts';
import { SENT_KINDS, type StreamDescriptor } from '../../../src/frame/index.ts';
import { createDecoder, largeTopicsOf, topicsOf, type RemoteStream } from './decode.ts';
import type { RemoteKind } from './wire.ts';

interface StreamSection {
  readonly kind: RemoteKind;
  readonly topic?: string;
  readonly frameId: string;
}

interface SensoriumDriverConfig {
  readonly zeromq: Required<ZeroMqConfig> & { readonly largeUrl?: string };
  readonly prefix: string;
  readonly robot: string;
  readonly streams: Readonly<Record<string, StreamSection>>;
}

/** Kinds that topics other than measurements can be taken as. */
const KINDS_OF: Readonly<Record<string, readonly RemoteKind[]>> = { pose: ['odometry', 'pose'], orientation: ['imu'] };

/** What another daemon perceives; see docs/drivers/anything.md and docs/messages.md. */
export const sensorium = defineDevice<SensoriumDriverConfig>({
  type: 'sensorium',
  summary: 'what another Sensorium measures and estimates, over ZeroMQ',
  schema: {
    zeromq: {
      ...zeromqSchema,
      url: {
        doc: 'Where it publishes: on another machine with `publish.zeromq.host` and `allowRemote` set there.',
        format: zeromqAddress,
        default: 'tcp://127.0.0.1:5556',
      },
      largeUrl: {
        doc:
          'Where it hands out pictures, depth and clouds: its `publish.zeromq.largePort`. Unset: the port after that of url. Asked only where ' +
          'streams are of these kinds.',
        format: optional(zeromqAddress),
        default: undefined,
      },
    },
    prefix: { doc: 'Its `publish.prefix`.', format: text(), default: 'sensorium' },
    robot: { doc: 'Its `robot`.', format: text(), default: 'robot' },
    streams: {
      doc: 'The streams that are taken, by the names that they have here.',
      format: mapOf({
        kind: { doc: 'What is measured.', format: oneOf(...SENT_KINDS), default: 'odometry' },
        topic: {
          doc:
            'What it is made of: `pose` (as odometry or pose), `orientation` (as imu), or `measurements/<stream>` where `publish.measurements` ' +
            'has the stream. Unset: `measurements/` and the name here.',
          format: optional(
            text(/^(pose|orientation|measurements\/[^/].*)$/, 'pose, orientation or measurements/<stream>'),
          ),
          default: undefined,
        },
        frameId: {
          doc: 'Coordinate frame that it is measured in, by its name here.',
          format: text(/^[A-Za-z0-9_./-]+$/, 'the name of a coordinate frame'),
          default: 'base_link',
        },
      }),
      default: { pose: { kind: 'odometry', topic: 'pose', frameId: 'odom' } },
    },
  },
  streams({ streams }) {
    const entries = Object.entries(streams);
    if (entries.length === 0)
      throw new SensoriumError('E_CONFIG_RANGE', 'expected at least one, got none', { path: 'streams' });
    return entries.map(([id, section]) => descriptorOf(id, section));
  },
  link(config) {
    const { url, largeUrl = portAfter(url) } = config.zeromq;
    const base = baseOf(config);
    const streams = remoteStreamsOf(config);
    const topics = topicsOf(streams).map((topic) => base + topic);
    const large = largeTopicsOf(streams).map((topic) => base + topic);
    if (large.length > 0 && largeUrl === undefined)
      throw new SensoriumError('E_CONFIG_MISSING', `expected where ${large[0]} comes from, got nothing`, {
        path: 'zeromq.largeUrl',
      });
    // Those of another robot or prefix are not sent here: silence is to say whom it was listened to.
    const description = `${base} at ${url}`;
    const link = { ...zeromqLink(url, config.zeromq, topics), description, suspicion: 'check the topics' };
    return largeUrl === undefined ? link : withLarge(link, largeUrl, large);
  },
  session: (config, output) => createDecoder(baseOf(config), remoteStreamsOf(config), output),
});

/** `undefined` where there are no ports. */
function portAfter(url: string): string | undefined {
  const [, host, port] = /^(tcp:.*:)(\d+)$/.exec(url) ?? [];
  return host === undefined ? undefined : host + String(Number(port) + 1);
}

function baseOf({ prefix, robot }: SensoriumDriverConfig): string {
  return `${prefix}/${robot}/`;
}

function remoteStreamsOf({ streams }: SensoriumDriverConfig): RemoteStream[] {
  return Object.entries(streams).map(([id, { kind, topic }]) => ({ id, kind, topic: topicOf(id, topic) }));
}

function descriptorOf(id: string, { kind, topic, frameId }: StreamSection): StreamDescriptor {
  const kinds = KINDS_OF[topicOf(id, topic)];
  if (kinds?.includes(kind) === false)
    throw new SensoriumError('E_CONFIG_CONFLICT', `"${topic}" comes as ${kinds.join(' or ')}, not as ${kind}`, {
      path: `streams.${id}.kind`,
    });
  return { id, kind, frameId, clock: { domain: 'unix' }, role: 'sensor' };
}

function topicOf(id: string, topic: string | undefined): string {
  return topic ?? `measurements/${id.replace(/^\/+/, '')}`;
}
