import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IClientOptions, MqttClient } from 'mqtt';
import {
  brokerUrl,
  integerIn,
  mqttVersion,
  optional,
  SensoriumError,
  text,
  type SchemaTree,
} from '../contract/index.ts';
import { atMost } from '../deadline/index.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

/** A broker's part of a driver's configuration. */
export interface MqttConfig {
  readonly url?: string;
  readonly version?: '3.1.1' | '5' | 5;
  readonly qos: 0 | 1 | 2;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly keepaliveSeconds: number;
}

/** Keys of a broker: those of `publish.mqtt`. */
export const mqttSchema: SchemaTree = {
  url: {
    doc: 'An MQTT broker whose messages are taken. Unset: none.',
    format: optional(brokerUrl),
    default: undefined,
  },
  version: {
    doc: 'MQTT protocol. Unset: 5. (A Sensorium’s own broker speaks 3.1.1.)',
    format: optional(mqttVersion()),
    default: undefined,
  },
  qos: {
    doc:
      'Quality of service that is asked of the broker. 0: each message once at most; 1: at least once, so perhaps twice; 2: once. What is ' +
      'published while the connection is gone is not kept with any.',
    format: integerIn(0, 2),
    default: 0,
  },
  username: { doc: 'User name towards the broker.', format: optional(text()), default: undefined },
  password: { doc: 'Password of that user.', format: optional(text()), default: undefined },
  ca: {
    doc: 'File with the certificate authority of the broker at an mqtts url, PEM. Unset: the public ones.',
    format: optional(text()),
    default: undefined,
  },
  keepaliveSeconds: {
    doc:
      'A broker that hangs is noticed after 1.5 times this, s. Too small: a busy network looks like a dead broker; too large: a dead ' +
      'one like one without messages.',
    format: integerIn(1, 60),
    default: 4,
  },
};

/** ms that a broker is given to answer a connection. */
const CONNECT_MS = 3000;
/** ms that the good-bye is given to leave. */
const LAST_WORDS_MS = 300;
/** Bytes of a message that a broker of MQTT 5 is to send at most. */
const LONGEST = 4_194_304;

/** What people can do about the codes by which a broker refuses: MQTT 3.1.1 (1..5) and 5 (128 and more). */
const ADVICE: Readonly<Record<number, string>> = {
  1: 'it speaks another protocol: set version',
  132: 'it speaks another protocol: set version',
  4: 'user name or password refused',
  5: 'user name or password refused',
  134: 'user name or password refused',
  135: 'user name or password refused',
};

const NO_ANSWER = /REFUSED|UNREACH|TIMEDOUT|NOTFOUND|EAI_AGAIN/;

/**
 * A link to topics of a broker: what is published there while it is open. Retained messages, which are older than that, are left to
 * the broker.
 * @param topics filters
 */
export function mqttLink(url: string, config: MqttConfig, topics: readonly string[]): Link {
  return {
    description: `${url} (${topics.join(', ')})`,
    open: (listener, signal) => open(url, config, topics, listener, signal),
  };
}

async function open(
  url: string,
  config: MqttConfig,
  topics: readonly string[],
  listener: LinkListener,
  signal: AbortSignal,
): Promise<OpenLink> {
  signal.throwIfAborted();
  const options = clientOptions(config);
  const { connect } = await import('mqtt');
  signal.throwIfAborted();
  const client = connect(url, options);
  let isClosing = false;
  let reason = 'connection lost';
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.on('error', (error) => (reason = reasonOf(error)));
  client.on('disconnect', ({ reasonCode = 0 }) => (reason = `the broker ended the connection (reason ${reasonCode})`));
  client.on('message', (topic, payload, { retain }) => {
    if (!retain && !isClosing) listener.bytes(payload, topic);
  });
  const abort = (): void => void client.end(true);
  signal.addEventListener('abort', abort, { once: true });
  const refused = closed.then(() => {
    throw new SensoriumError('E_DRIVER', reason, { path: url });
  });
  try {
    await Promise.race([subscribed(client, url, topics, config.qos), refused]);
    signal.throwIfAborted();
  } catch (error) {
    await farewell(client);
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  refused.catch(() => {
    if (!isClosing) listener.closed(reason);
  });
  return {
    write: () => undefined,
    async close() {
      isClosing = true;
      await farewell(client);
    },
  };
}

/** @throws SensoriumError E_DRIVER where the broker does not let it have a topic */
async function subscribed(
  client: MqttClient,
  url: string,
  topics: readonly string[],
  qos: MqttConfig['qos'],
): Promise<void> {
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  // MQTT 5: rh 2 asks for nothing that is retained; others flag it.
  const asked = Object.fromEntries(topics.map((topic) => [topic, { qos, rh: 2 }]));
  const granted = await client.subscribeAsync(asked).catch((error: unknown) => {
    throw new SensoriumError('E_DRIVER', `topics refused: ${String(error)}`, { path: url, cause: error });
  });
  const refused = granted.find((one) => one.qos >= 128);
  if (refused !== undefined)
    throw new SensoriumError('E_DRIVER', `the broker refuses the topic ${refused.topic}`, { path: url });
}

async function farewell(client: MqttClient): Promise<void> {
  await atMost(LAST_WORDS_MS, new Promise<void>((resolve) => void client.end(!client.connected, {}, () => resolve())));
  client.stream.destroy();
}

function clientOptions({ version, username, password, ca, keepaliveSeconds }: MqttConfig): IClientOptions {
  const isOld = version === '3.1.1';
  return {
    protocolVersion: isOld ? 4 : 5,
    clientId: `sensorium-${randomUUID().slice(0, 13)}`,
    clean: true,
    keepalive: keepaliveSeconds,
    // It is opened again by whoever opened it.
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS,
    resubscribe: false,
    ...(isOld ? {} : { properties: { maximumPacketSize: LONGEST } }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca: readCa(ca) }),
  };
}

function reasonOf(error: Error): string {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return ADVICE[code] ?? error.message;
  if (typeof code === 'string' && NO_ANSWER.test(code))
    return `nothing answers (${code}): is the broker running, and on this network?`;
  return error.message;
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SensoriumError('E_DRIVER', 'cannot be read', { path: file, cause: error });
  }
}
