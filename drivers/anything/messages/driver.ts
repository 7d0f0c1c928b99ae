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
  type Link,
  type MqttConfig,
} from '../../../src/device/index.ts';
import type { DeviceClock, StreamDescriptor } from '../../../src/frame/index.ts';
import { createDecoder } from './decode.ts';
import { json } from './json.ts';
import { KINDS, type Kind } from './measurements.ts';
import { msgpack } from './msgpack.ts';
import { FILTER, isFor } from './topics.ts';

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
  readonly streams: Readonly<Record<string, StreamSection>>;
}

/** Whatever a program can tell; see docs/drivers/anything.md. */
export const messages = defineDevice<MessagesConfig>({
  type: 'messages',
  summary: 'JSON or MessagePack from standard input, a program, a TCP port or an MQTT broker',
  schema: {
    encoding: {
      doc: 'How messages are written: `json`, in UTF-8 and on a line of text each; `msgpack`, one right after the other.',
      format: oneOf('json', 'msgpack'),
      default: 'json',
    },
    command: {
      doc:
        'A program and its arguments, started here, whose standard output is read. Of this, `host` and `mqtt.url` one may be set; ' +
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
    streams: {
      doc: 'The streams that messages may be of, by the names that stand in them.',
      format: mapOf({
        kind: {
          doc: 'What is measured: docs/drivers/anything.md lists the fields of each.',
          format: oneOf(...KINDS),
          default: 'text',
        },
        topic: {
          doc: 'Topics of its messages: a filter of MQTT, such as `weather/+/outside`. Unset: the name of the stream.',
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
  session({ encoding, streams }, output) {
    const known = Object.entries(streams).map(([id, section]) => {
      const topic = topicOf(id, section);
      return { id, kind: section.kind, clock: clockOf(section), hears: (of: string) => isFor(topic, of) };
    });
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

function topicOf(id: string, { topic = id }: StreamSection): string {
  return topic;
}

/** @throws SensoriumError E_CONFIG_CONFLICT, E_CONFIG_RANGE */
function linkOf({ command, host, port, mqtt, streams }: MessagesConfig): Link {
  const ways = Object.entries({ command, host, 'mqtt.url': mqtt.url }).filter(([, said]) => said !== undefined);
  if (ways.length > 1) {
    const [[path], [other]] = ways;
    throw new SensoriumError('E_CONFIG_CONFLICT', `excludes ${other}: messages have one way in`, { path });
  }
  if (command !== undefined) return processLink({ command: command[0], args: command.slice(1) });
  if (host !== undefined) return tcpLink(host, port);
  return mqtt.url === undefined ? inputLink() : brokerLink(mqtt.url, mqtt, streams);
}

function brokerLink(url: string, mqtt: MqttConfig, streams: MessagesConfig['streams']): Link {
  if (mqtt.password !== undefined && mqtt.username === undefined)
    throw new SensoriumError('E_CONFIG_CONFLICT', 'a password without a username', { path: 'mqtt.password' });
  const topics = Object.entries(streams).map(([id, section]) => {
    const topic = topicOf(id, section);
    if (topic !== '' && FILTER.test(topic)) return topic;
    const what = `expected a filter of MQTT, got ${showValue(topic)}`;
    throw new SensoriumError('E_CONFIG_RANGE', what, { path: `streams.${id}.topic` });
  });
  return mqttLink(url, mqtt, [...new Set(topics)]);
}
