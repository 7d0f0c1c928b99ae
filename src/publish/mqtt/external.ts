import type { connect as Connect } from 'mqtt';
import { SensoriumError, type Publication } from '../../contract/index.ts';
import { COMMAND_LEVEL, parseCommand, takesMqttCommands, type TakeCommand } from '../commands.ts';
import type { PublishConfig } from '../config.ts';
import { atMost } from '../../deadline/index.ts';
import type { Identity } from '../identity.ts';
import type { NoticingPublisher } from '../noticing.ts';
import { publicationQueue } from '../queue.ts';
import { STATE_TOPIC, stateMessages } from '../state.ts';
import { timeAt } from '../message/common.ts';
import {
  connectionOptions,
  openConnection,
  type Connection,
  type ConnectionOptions,
  type Ending,
  type OutgoingMessage,
} from './connection.ts';

/** ms until a broker that is away is asked again: doubled each time up to the longest. */
const RETRY_MS = { first: 250, longest: 8_000 } as const;
/** ms that the last messages are given when the publisher closes. */
const CLOSE_MS = 700;

/**
 * Publishes to a broker at `publish.mqtt.url`. When it is away, messages wait and the connection is tried again for as
 * long as it takes; so too at the start, where only a refusal is an error. After a loss of the connection what was not
 * acknowledged is sent again first, in order (quality of service 1 and 2); with 0 it is counted as `connection lost`.
 * On each connection the robot's state is sent anew, retained, with `offline` as the last will.
 *
 * Queue: capacity `publish.queueSize` per class of topics, the oldest dropped (`queue full`).
 */
export function externalPublisher(
  config: PublishConfig,
  identity: Identity,
  url: string,
  take: TakeCommand,
): NoticingPublisher {
  const base = `${config.prefix}/${identity.robot}/`;
  const toTime = timeAt(identity.epoch);
  const states = stateMessages(identity);
  const queue = publicationQueue(config.queueSize);
  const notices: string[] = [];
  const shownUrl = withoutCredentials(url);
  let again: Publication[] = [];
  let connect: typeof Connect | undefined;
  let options: ConnectionOptions | undefined;
  let connection: Connection | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs: number = RETRY_MS.first;
  let connected = false;
  let draining = false;
  let closing: Promise<void> | undefined;
  let emptied: (() => void) | undefined;
  let firstAttempt: ((ending: Ending | undefined) => void) | undefined;
  const dropped = { connectionLost: 0, refused: 0, noCommand: 0 };
  const commands = `${base}${COMMAND_LEVEL}/`;
  let sent = 0;

  function outgoing(publication: Publication): OutgoingMessage {
    const { sec, nsec } = toTime(publication.stamp);
    const isState = publication.topic === STATE_TOPIC;
    return {
      topic: base + publication.topic,
      payload: publication.payload,
      qos: isState ? (Math.max(1, config.mqtt.qos) as 1 | 2) : config.mqtt.qos,
      retain: isState,
      userProperties: {
        schema: publication.schema,
        sequence: String(publication.sequence),
        stamp: `${sec}.${String(nsec).padStart(9, '0')}`,
        boot: identity.boot,
      },
    };
  }

  function drain(): void {
    // MQTT.js may report a message as sent before its publish() returns.
    if (draining) return;
    draining = true;
    while (connection?.open === true) {
      const next = again.shift() ?? queue.shift();
      if (next === undefined) break;
      connection.send(next, outgoing(next));
    }
    draining = false;
    if (connection === undefined || (connection.idle && again.length + queue.size === 0)) emptied?.();
  }

  function attempt(): void {
    timer = undefined;
    if (options === undefined || connect === undefined) return;
    const listen = takesMqttCommands(config) ? `${commands}+` : undefined;
    connection = openConnection(connect, options, outgoing(states.will()), listen, {
      heard(topic, payload) {
        const command = parseCommand(topic.slice(commands.length), payload);
        if (typeof command === 'string') dropped.noCommand++;
        else take(command);
      },
      ready() {
        connected = true;
        retryMs = RETRY_MS.first;
        again.unshift(states.next('online'));
        firstAttempt?.(undefined);
        drain();
      },
      done(_publication, outcome) {
        if (outcome === 'sent') sent++;
        else dropped.refused++;
        drain();
      },
      ended(ending, unfinished) {
        connected = false;
        connection = undefined;
        // The state is made anew on the next connection.
        const resend = unfinished.filter(({ qos }) => qos > 0).map(({ publication }) => publication);
        dropped.connectionLost += unfinished.length - resend.length;
        again = [...resend, ...again].filter(({ topic }) => topic !== STATE_TOPIC);
        firstAttempt?.(ending);
        emptied?.();
        if (closing !== undefined) return;
        timer = setTimeout(attempt, retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MS.longest);
      },
    });
  }

  async function shut(): Promise<void> {
    clearTimeout(timer);
    options = undefined;
    firstAttempt?.(undefined);
    if (connected) {
      const empty = new Promise<void>((resolve) => (emptied = resolve));
      queue.push(states.next('offline', 'the daemon was stopped'));
      drain();
      await atMost(CLOSE_MS, empty);
    }
    connected = false;
    const last = connection;
    connection = undefined;
    await last?.close();
  }

  function close(): Promise<void> {
    return (closing ??= shut());
  }

  return {
    name: 'mqtt',
    notices,
    address: `${shownUrl.replace(/\/$/, '')}/${base}#`,
    async start(signal) {
      signal.throwIfAborted();
      const given = connectionOptions(config.mqtt, url, `sensorium-${identity.boot}`);
      ({ connect } = await import('mqtt'));
      if (closing !== undefined) return;
      options = given;
      const first = new Promise<Ending | undefined>((resolve) => (firstAttempt = resolve));
      const abort = () => firstAttempt?.(undefined);
      signal.addEventListener('abort', abort, { once: true });
      attempt();
      const ending = await first;
      signal.removeEventListener('abort', abort);
      firstAttempt = undefined;
      if (ending?.refusal !== undefined) {
        await close();
        throw refusalError(ending, shownUrl);
      }
      if (ending !== undefined) {
        notices.push(`mqtt: ${shownUrl} does not answer (${ending.reason}); messages wait, trying again`);
      }
    },
    publish(publication) {
      if (closing !== undefined) return;
      queue.push(publication);
      drain();
    },
    counters: () => ({
      sent,
      dropped: {
        'queue full': queue.dropped,
        'connection lost': dropped.connectionLost,
        'refused by the broker': dropped.refused,
        ...(dropped.noCommand > 0 ? { 'no command': dropped.noCommand } : {}),
      },
      queued: queue.size + again.length,
      connected,
    }),
    close,
  };
}

/** Codes of MQTT 3.1.1 (1..5) and 5 (128 and more) by which the broker says what to change. */
function refusalError(ending: Ending, url: string): SensoriumError {
  const unknownProtocol = ending.refusal === 1 || ending.refusal === 132;
  const identity = [4, 5, 134, 135].includes(ending.refusal ?? 0);
  const key = unknownProtocol ? 'version' : identity ? 'username' : 'url';
  return new SensoriumError('E_CONNECT', `${url}: ${ending.reason}`, { path: `publish.mqtt.${key}` });
}

/** A URL that may be shown: without user name and password. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1');
}
