import { readFileSync } from 'node:fs';
import type { connect as Connect, IClientOptions, IConnackPacket, MqttClient } from 'mqtt';
import { SensoriumError, type Publication } from '../../contract/index.ts';
import type { MqttConfig } from '../config.ts';
import { atMost } from '../../deadline/index.ts';

/** ms that a broker is given to answer a connection. */
const CONNECT_MS = 5_000;
/** ms that a broker is given to take the good-bye. */
const CLOSE_MS = 500;
/** Most publishes that wait for their acknowledgement (or to be written) at a time. */
const WINDOW = 100;

/** What a connection needs to know of its configuration. */
export interface ConnectionOptions {
  readonly url: string;
  readonly protocol: 4 | 5;
  readonly clientId: string;
  readonly keepaliveSeconds: number;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: Buffer;
}

/** @throws SensoriumError E_FILE_MISSING for a certificate file that cannot be read */
export function connectionOptions(mqtt: MqttConfig, url: string, clientId: string): ConnectionOptions {
  return {
    url,
    protocol: mqtt.version === '3.1.1' ? 4 : 5,
    clientId,
    keepaliveSeconds: mqtt.keepaliveSeconds,
    ...(mqtt.username === undefined ? {} : { username: mqtt.username }),
    ...(mqtt.password === undefined ? {} : { password: mqtt.password }),
    ...(mqtt.ca === undefined ? {} : { ca: readCa(mqtt.ca) }),
  };
}

/** A message as the broker is to have it. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** MQTT 5 only. */
  readonly userProperties: Readonly<Record<string, string>>;
}

/** How a connection ended: by which error, and whether asking again can help. */
export interface Ending {
  readonly reason: string;
  /** Code of a refusal by the broker (CONNACK). */
  readonly refusal?: number;
}

/** What a connection tells its owner. `ended` comes once, as the last; after it nothing else is called. */
export interface ConnectionEvents {
  readonly ready: () => void;
  /** Somebody has published to what is listened to. */
  readonly heard: (topic: string, payload: Uint8Array) => void;
  readonly done: (publication: Publication, outcome: 'sent' | 'refused') => void;
  readonly ended: (ending: Ending, unfinished: readonly { publication: Publication; qos: 0 | 1 | 2 }[]) => void;
}

/** One connection to a broker, from its first byte to its last. */
export interface Connection {
  /** Whether {@link send} may be called now. */
  readonly open: boolean;
  /** Whether nothing waits for its acknowledgement. */
  readonly idle: boolean;
  send(publication: Publication, message: OutgoingMessage): void;
  /** Says good-bye to the broker, who then does not send the will; not where something is left unacknowledged. */
  close(): Promise<void>;
}

/**
 * MQTT.js keeps neither to the number of unacknowledged publishes that an MQTT 5 broker allows nor to any bound of its
 * own short of 65,535, where it overwrites; the window here does. It restarts nothing: a new connection is a new client.
 * @param listen topics that are listened to; `undefined`: none
 * @param connect MQTT.js's, loaded by who needs a broker: loading it takes longer than most commands need at all
 */
export function openConnection(
  connect: typeof Connect,
  options: ConnectionOptions,
  will: OutgoingMessage,
  listen: string | undefined,
  events: ConnectionEvents,
): Connection {
  const client = connect(options.url, clientOptions(options, will));
  const unfinished = new Map<number, { publication: Publication; qos: 0 | 1 | 2 }>();
  let window = WINDOW;
  let maximumQos: 0 | 1 | 2 = 2;
  let ready = false;
  let over = false;
  let next = 0;
  let ending: Ending = { reason: 'connection lost' };

  client.on('connect', (connack) => {
    if (over) return;
    ready = true;
    ({ window, maximumQos } = limitsOf(connack));
    // A broker that does not let us listen says so in its log; publishing goes on.
    if (listen !== undefined) client.subscribe(listen, { qos: 1 }, () => undefined);
    events.ready();
  });
  client.on('message', (topic, payload, { retain }) => {
    // What is kept by the broker was said to somebody before us.
    if (!over && !retain) events.heard(topic, payload);
  });
  client.on('error', (error) => {
    if (ending.refusal === undefined) ending = endingOf(error);
  });
  client.on('disconnect', (packet) => {
    ending = { reason: `the broker ended the connection (reason ${packet.reasonCode ?? 0})` };
  });
  client.on('close', () => {
    if (over) return;
    over = true;
    ready = false;
    client.end(true);
    events.ended(ending, [...unfinished.values()]);
  });

  return {
    get open() {
      return ready && unfinished.size < window;
    },
    get idle() {
      return unfinished.size === 0;
    },
    send(publication, { topic, payload, qos, retain, userProperties }) {
      const level = Math.min(qos, maximumQos) as 0 | 1 | 2;
      const key = next++;
      unfinished.set(key, { publication, qos: level });
      const properties = { contentType: 'application/json', payloadFormatIndicator: true, userProperties };
      client.publish(
        topic,
        bufferOf(payload),
        { qos: level, retain, ...(options.protocol === 5 ? { properties } : {}) },
        (error) => {
          if (over || !unfinished.delete(key)) return;
          events.done(publication, error ? 'refused' : 'sent');
        },
      );
    },
    close() {
      over = true;
      return farewell(client, unfinished.size === 0);
    },
  };
}

/** A broker that hangs is not waited for: the socket goes, or it would keep the process alive. */
async function farewell(client: MqttClient, graceful: boolean): Promise<void> {
  if (client.connected && graceful) {
    await atMost(CLOSE_MS, new Promise<void>((resolve) => void client.end(false, {}, () => resolve())));
  } else {
    client.end(true);
  }
  client.stream.destroy();
}

function clientOptions(options: ConnectionOptions, will: OutgoingMessage): IClientOptions {
  const properties = { contentType: 'application/json', userProperties: will.userProperties };
  return {
    protocolVersion: options.protocol,
    clientId: options.clientId,
    clean: true,
    keepalive: options.keepaliveSeconds,
    // Or a broker that hangs is never asked, as long as there is something to write.
    reschedulePings: false,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS,
    queueQoSZero: false,
    resubscribe: false,
    will: {
      topic: will.topic,
      payload: bufferOf(will.payload),
      qos: will.qos,
      retain: will.retain,
      ...(options.protocol === 5 ? { properties } : {}),
    },
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
}

/** How many publishes at a time, and which quality of service, the broker takes. */
function limitsOf(connack: IConnackPacket): { window: number; maximumQos: 0 | 1 | 2 } {
  const { receiveMaximum, maximumQoS } = connack.properties ?? {};
  return {
    window: Math.min(WINDOW, receiveMaximum ?? WINDOW),
    maximumQos: maximumQoS === 0 || maximumQoS === 1 ? maximumQoS : 2,
  };
}

function endingOf(error: Error): Ending {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return { reason: error.message, refusal: code };
  return { reason: typeof code === 'string' && error.message === '' ? code : error.message };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SensoriumError('E_FILE_MISSING', `cannot read ${file}`, { path: 'publish.mqtt.ca', cause: error });
  }
}
