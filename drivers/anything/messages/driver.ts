import {
  integerIn,
  listOf,
  mapOf,
  numberIn,
  oneOf,
  optional,
  SensoriumError,
  showValue,
  text,
} from '../../../src/contract/index.ts';
import {
  defineDevice,
  inputLink,
  mqttLink,
  mqttSchema,
  processLink,
  tcpLink,
  zeromqLink,
  zeromqSchema,
  type Link,
  type MqttConfig,
  type ZeroMqConfig,
} from '../../../src/device/index.ts';
import { SMALL_KINDS, type DeviceClock, type StreamDescriptor } from '../../../src/frame/index.ts';
import { createDecoder } from './decode.ts';
import { json } from './json.ts';
import type { Kind } from './measurements.ts';
import { msgpack } from './msgpack.ts';
import { beginningOf, FILTER, isFor } from './topics.ts';

const ENCODINGS = { json, msgpack } as const;

interface StreamSection {
  readonly kind: Kind;
  readonly topic?: string;
  readonly frameId: string;
  readonly clock: DeviceClock['domain'];
  readonly counterHz: number;
}

interface MessagesConfig {
  readonly encoding: keyof typeof ENCODINGS;
  readonly command?: readonly string[];
  readonly host?: string;
  readonly port: number;
  readonly mqtt: MqttConfig;
  readonly zeromq: ZeroMqConfig;
  readonly streams: Readonly<Record<string, StreamSection>>;
}

/** Whatever a program can tell; see docs/drivers/anything.md. */
export const messages = defineDevice<MessagesConfig>({
  type: 'messages',
  summary: 'JSON or MessagePack from standard input, a program, a TCP port, an MQTT broker or a ZeroMQ publisher',
  schema: {
    encoding: {
      doc: 'How messages are written: `json`, in UTF-8 and on a line of text each; `msgpack`, one right after the other.',
      format: oneOf('json', 'msgpack'),
      default: 'json',
    },
    command: {
      doc:
        'A program and its arguments, started here, whose standard output is read. Of this, `host`, `mqtt.url` and `zeromq.url` one may be set; ' +
        'where none is, standard input is read.',
      format: optional(listOf(text(), 1)),
      default: undefined,
    },
    host: {
      doc: 'Name or address of a machine whose TCP `port` is read.',
      format: optional(text(/^\S+$/, 'a host name or address')),
      default: undefined,
    },
    port: { doc: 'TCP port, with `host`.', format: integerIn(1, 65_535), default: 2950 },
    mqtt: mqttSchema,
    zeromq: zeromqSchema,
    streams: {
      doc: 'The streams that messages may be of, by the names that stand in them.',
      format: mapOf({
        kind: {
          doc: 'What is measured: docs/drivers/anything.md lists the fields of each.',
          format: oneOf(...SMALL_KINDS),
          default: 'text',
        },
        topic: {
          doc:
            'Topics of its messages: a filter of MQTT, such as `weather/+/outside`; what the topics of ZeroMQ begin with, of several streams ' +
            'the one with the longest. Unset: the name of the stream.',
          format: optional(text()),
          default: undefined,
        },
        frameId: {
          doc: 'Coordinate frame that it is measured in.',
          format: text(/^[A-Za-z0-9_./-]+$/, 'the name of a coordinate frame'),
          default: 'base_link',
        },
        clock: {
          doc:
            'What the `stamp` of a message is: `unix`, ns since 1970; `counter`, ticks at `counterHz`; `sequence`, a number that counts ' +
            'the samples; `none`, there is none.',
          format: oneOf('none', 'unix', 'counter', 'sequence'),
          default: 'none',
        },
        counterHz: {
          doc: 'Ticks a second of a counter. Wrong: corrected by up to 0.1 %; beyond that stamps run away from the time of arrival.',
          format: numberIn(0.001, 1e12),
          default: 1000,
        },
      }),
      default: { text: { kind: 'text' } },
    },
  },
  streams({ streams }) {
    const entries = Object.entries(streams);
    if (entries.length === 0)
      throw new SensoriumError('E_CONFIG_RANGE', 'expected at least one, got none', { path: 'streams' });
    return entries.map(([id, section]) => descriptorOf(id, section));
  },
  link: linkOf,
  session({ encoding, mqtt, streams }, output) {
    const topics = topicsOf(streams);
    const known = Object.entries(streams).map(([id, section], i) => ({
      id,
      kind: section.kind,
      clock: clockOf(section),
      hears: (topic: string) =>
        mqtt.url === undefined ? beginningOf(topic, topics) === topics[i] : isFor(topics[i], topic),
    }));
    return createDecoder(known, ENCODINGS[encoding], output);
  },
});

function descriptorOf(id: string, section: StreamSection): StreamDescriptor {
  return { id, kind: section.kind, frameId: section.frameId, clock: clockOf(section), role: 'sensor' };
}

function clockOf({ clock, counterHz }: StreamSection): DeviceClock {
  if (clock === 'counter') return { domain: clock, hz: counterHz, bits: 64 };
  return clock === 'sequence' ? { domain: clock, bits: 64 } : { domain: clock };
}

/** In the order of the streams. */
function topicsOf(streams: MessagesConfig['streams']): string[] {
  return Object.entries(streams).map(([id, { topic = id }]) => topic);
}

/** @throws SensoriumError E_CONFIG_CONFLICT, E_CONFIG_RANGE */
function linkOf({ command, host, port, mqtt, zeromq, streams }: MessagesConfig): Link {
  const ways = { command, host, 'mqtt.url': mqtt.url, 'zeromq.url': zeromq.url };
  const [[path] = [], [other] = []] = Object.entries(ways).filter(([, said]) => said !== undefined);
  if (other !== undefined)
    throw new SensoriumError('E_CONFIG_CONFLICT', `excludes ${other}: messages have one way in`, { path });
  if (command !== undefined) return processLink({ command: command[0], args: command.slice(1) });
  if (host !== undefined) return tcpLink(host, port);
  if (mqtt.url !== undefined) return mqttLink(mqtt.url, checked(mqtt), filtersOf(streams));
  return zeromq.url === undefined ? inputLink() : zeromqLink(zeromq.url, zeromq, topicsOf(streams));
}

function checked(mqtt: MqttConfig): MqttConfig {
  if (mqtt.password === undefined || mqtt.username !== undefined) return mqtt;
  throw new SensoriumError('E_CONFIG_CONFLICT', 'a password without a username', { path: 'mqtt.password' });
}

/** Each once, as a broker is asked for them. */
function filtersOf(streams: MessagesConfig['streams']): string[] {
  const topics = topicsOf(streams);
  topics.forEach((topic, i) => {
    if (topic !== '' && FILTER.test(topic)) return;
    const path = `streams.${Object.keys(streams)[i]}.topic`;
    throw new SensoriumError('E_CONFIG_RANGE', `expected a filter of MQTT, got ${showValue(topic)}`, { path });
  });
  return [...new Set(topics)];
}
