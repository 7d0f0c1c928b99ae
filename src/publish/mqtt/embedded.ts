import type { Publication } from '../../contract/index.ts';
import { COMMAND_LEVEL, parseCommand, takesMqttCommands, type TakeCommand } from '../commands.ts';
import { DEFAULT_PORTS, type PublishConfig } from '../config.ts';
import { atMost } from '../../deadline/index.ts';
import type { Identity } from '../identity.ts';
import { listenOn } from '../ports.ts';
import type { NoticingPublisher } from '../noticing.ts';
import { publicationQueue } from '../queue.ts';
import { STATE_TOPIC, stateMessages } from '../state.ts';
import { createBroker, type Broker, type Credentials } from './broker.ts';

/** Messages that the broker may be busy with at a time; what comes faster waits in the queue. */
const WINDOW = 100;
/** ms that the last messages are given to reach the subscribers when the publisher closes. */
const CLOSE_MS = 500;

/**
 * Publishes through a broker of our own. Messages are handed to it directly, without a connection in between.
 *
 * Queue: capacity `publish.queueSize` per class of topics, the oldest dropped (`queue full`). A subscriber that does not
 * keep up loses messages (`slow subscriber`, counted once per subscriber and message) and holds nobody else up.
 */
export function embeddedPublisher(config: PublishConfig, identity: Identity, take: TakeCommand): NoticingPublisher {
  const { host, port: configured } = config.mqtt;
  const base = `${config.prefix}/${identity.robot}/`;
  const states = stateMessages(identity);
  const queue = publicationQueue(config.queueSize);
  const notices: string[] = [];
  const authority = host.includes(':') ? `[${host}]` : host;
  let port = configured ?? DEFAULT_PORTS.mqtt;
  let broker: Broker | undefined;
  let closing: Promise<void> | undefined;
  let busy = 0;
  let draining = false;
  let sent = 0;
  let lostToSlow = 0;
  let noCommands = 0;
  let idle: (() => void) | undefined;

  function drain(to: Broker): void {
    if (draining) return;
    draining = true;
    while (busy < WINDOW) {
      const next = queue.shift();
      if (next === undefined) break;
      busy++;
      to.inject({ topic: base + next.topic, payload: next.payload, retain: next.topic === STATE_TOPIC }, () => {
        busy--;
        sent++;
        drain(to);
      });
    }
    draining = false;
    if (busy === 0) idle?.();
  }

  function enqueue(publication: Publication): void {
    queue.push(publication);
    if (broker !== undefined) drain(broker);
  }

  function takeOne(verb: string, payload: Uint8Array): void {
    const command = parseCommand(verb, payload);
    if (typeof command === 'string') noCommands++;
    else take(command);
  }

  async function shut(): Promise<void> {
    const out = broker;
    if (out === undefined) return;
    const emptied = new Promise<void>((resolve) => (idle = resolve));
    enqueue(states.next('offline', 'the daemon was stopped'));
    await atMost(CLOSE_MS, emptied);
    broker = undefined;
    lostToSlow = out.lostToSlow;
    await out.close();
  }

  return {
    name: 'mqtt',
    notices,
    get address() {
      return `mqtt://${authority}:${port}/${base}#`;
    },
    async start(signal) {
      signal.throwIfAborted();
      const commands = takesMqttCommands(config) ? { level: `${base}${COMMAND_LEVEL}/`, take: takeOne } : undefined;
      const out = await createBroker(credentialsOf(config), commands);
      const choice = { name: 'mqtt', configured, standard: DEFAULT_PORTS.mqtt, host, path: 'publish.mqtt.port' };
      try {
        const found = await listenOn(choice, (candidate) => out.listen(host, candidate));
        port = found.port;
        if (found.notice !== undefined) notices.push(found.notice);
      } catch (error) {
        await out.close();
        throw error;
      }
      broker = out;
      enqueue(states.next('online'));
    },
    publish(publication) {
      if (closing === undefined) enqueue(publication);
    },
    counters: () => ({
      sent,
      dropped: {
        'queue full': queue.dropped,
        'slow subscriber': broker?.lostToSlow ?? lostToSlow,
        ...(noCommands > 0 ? { 'no command': noCommands } : {}),
      },
      queued: queue.size + busy,
      connected: broker !== undefined,
    }),
    close: () => (closing ??= shut()),
  };
}

function credentialsOf(config: PublishConfig): Credentials | undefined {
  const { username, password } = config.mqtt;
  return username === undefined || password === undefined ? undefined : { username, password };
}
