import { integerIn, mapOf, oneOf, optional, SensoriumError, text } from '../../../src/contract/index.ts';
import { defineDevice, tcpLink } from '../../../src/device/index.ts';
import type { StreamDescriptor } from '../../../src/frame/index.ts';
import { createDecoder, type RemoteStream } from './decode.ts';
import { REMOTE_KINDS, type RemoteKind } from './wire.ts';

interface StreamSection {
  readonly kind: RemoteKind;
  readonly topic?: string;
  readonly frameId: string;
}

interface SensoriumDriverConfig {
  readonly host: string;
  readonly port: number;
  readonly prefix: string;
  readonly robot: string;
  readonly streams: Readonly<Record<string, StreamSection>>;
}

/** Bytes of a topic: what fits into a short frame. */
const LONGEST_TOPIC = 255;

/** Kinds that topics other than measurements can be taken as. */
const KINDS_OF: Readonly<Record<string, readonly RemoteKind[]>> = { pose: ['odometry', 'pose'], orientation: ['imu'] };

/** What another daemon perceives; see docs/drivers/anything.md and docs/messages.md. */
export const sensorium = defineDevice<SensoriumDriverConfig>({
  type: 'sensorium',
  summary: 'what another Sensorium measures and estimates, over ZeroMQ',
  schema: {
    host: {
      doc: 'Name or address of the machine where it runs, with `publish.zeromq.host` and `allowRemote` set there.',
      format: text(/^\S+$/, 'a host name or address'),
      default: '127.0.0.1',
    },
    port: { doc: 'Its `publish.zeromq.port`.', format: integerIn(1, 65_535), default: 5556 },
    prefix: { doc: 'Its `publish.prefix`.', format: text(), default: 'sensorium' },
    robot: { doc: 'Its `robot`.', format: text(), default: 'robot' },
    streams: {
      doc: 'The streams that are taken, by the names that they have here.',
      format: mapOf({
        kind: { doc: 'What is measured.', format: oneOf(...REMOTE_KINDS), default: 'odometry' },
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
  streams({ prefix, robot, streams }) {
    const entries = Object.entries(streams);
    if (entries.length === 0)
      throw new SensoriumError('E_CONFIG_RANGE', 'expected at least one, got none', { path: 'streams' });
    return entries.map(([id, section]) => {
      const topic = `${prefix}/${robot}/${topicOf(id, section.topic)}`;
      if (Buffer.byteLength(topic) > LONGEST_TOPIC)
        throw new SensoriumError('E_CONFIG_RANGE', `"${topic}" is longer than ${LONGEST_TOPIC} bytes`, {
          path: `streams.${id}`,
        });
      return descriptorOf(id, section);
    });
  },
  link: ({ host, port }) => ({ ...tcpLink(host, port), suspicion: 'check the robot, the prefix and the topics' }),
  session: ({ prefix, robot, streams }, output) =>
    createDecoder(
      `${prefix}/${robot}/`,
      Object.entries(streams).map(([id, { kind, topic }]): RemoteStream => ({ id, kind, topic: topicOf(id, topic) })),
      output,
    ),
});

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
