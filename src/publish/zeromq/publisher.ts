import { Publisher as Socket } from 'zeromq';
import type { Publication } from '../../contract/index.ts';
import { takesZeroMqCommands, type TakeCommand } from '../commands.ts';
import { DEFAULT_PORTS, type PublishConfig } from '../config.ts';
import type { Identity } from '../identity.ts';
import { timeAt, type ToTime } from '../message/common.ts';
import { codeOf, listenOn } from '../ports.ts';
import type { NoticingPublisher } from '../noticing.ts';
import { publicationQueue } from '../queue.ts';
import { stateMessages } from '../state.ts';
import { listenForCommands, type ZeroMqCommands } from './commands.ts';

/** ms that the last messages are given to leave when the publisher closes. */
const LINGER_MS = 500;
/** Messages sent in one go (10 us each): then other work has its turn, and the socket time to pass them on. */
const BURST = 64;

/**
 * A ZeroMQ PUB socket. Each message has three parts: the topic, a header (JSON: schema, sequence, stamp, boot) and the
 * payload; a fourth where numbers are attached. Where messages of the topic gave way before it, the header says how many (`dropped`). Sends are serialised, as the socket takes one at a time; what comes faster waits in the queue. A subscriber
 * that does not keep up loses what exceeds the high-water mark, as PUB sockets do, without holding anyone else up.
 *
 * Queue: capacity `publish.queueSize` per class of topics, the oldest dropped (`queue full`).
 */
export function zeromqPublisher(config: PublishConfig, identity: Identity, take: TakeCommand): NoticingPublisher {
  const { host, port: configured, highWaterMark } = config.zeromq;
  const base = `${config.prefix}/${identity.robot}/`;
  const toTime = timeAt(identity.epoch);
  const states = stateMessages(identity);
  const queue = publicationQueue(config.queueSize);
  const notices: string[] = [];
  const authority = host.includes(':') ? `[${host}]` : host;
  let port = configured ?? DEFAULT_PORTS.zeromq;
  let socket: Socket | undefined;
  let commands: ZeroMqCommands | undefined;
  let sending: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let sent = 0;
  let failed = 0;

  function parts(publication: Publication): (string | Uint8Array)[] {
    const gaveWay = queue.gaveWay(publication.topic);
    const header = headerOf(publication, toTime, identity);
    const said = JSON.stringify(gaveWay === 0 ? header : { ...header, dropped: gaveWay });
    const message = [base + publication.topic, said, publication.payload];
    return publication.attachment === undefined ? message : [...message, publication.attachment];
  }

  async function drain(out: Socket): Promise<void> {
    let burst = 0;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (++burst % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
      try {
        await out.send(parts(next));
        sent++;
      } catch {
        failed++;
      }
    }
    sending = undefined;
  }

  function enqueue(publication: Publication): void {
    queue.push(publication);
    if (socket !== undefined) sending ??= drain(socket);
  }

  async function shut(): Promise<void> {
    commands?.close();
    if (socket === undefined) return;
    enqueue(states.next('offline'));
    await sending;
    const out = socket;
    socket = undefined;
    out.close();
  }

  return {
    name: 'zeromq',
    notices,
    get address() {
      return `tcp://${authority}:${port}`;
    },
    async start(signal) {
      signal.throwIfAborted();
      const out = new Socket({ linger: LINGER_MS, sendHighWaterMark: highWaterMark });
      const choice = { name: 'zeromq', configured, standard: DEFAULT_PORTS.zeromq, host, path: 'publish.zeromq.port' };
      try {
        const found = await listenOn(choice, (candidate) => bind(out, authority, candidate));
        port = found.port;
        if (found.notice !== undefined) notices.push(found.notice);
        if (takesZeroMqCommands(config)) commands = await listenForCommands(config.zeromq, take);
      } catch (error) {
        out.close();
        throw error;
      }
      socket = out;
      enqueue(states.next('online'));
    },
    publish(publication) {
      if (closing === undefined) enqueue(publication);
    },
    counters: () => ({
      sent,
      dropped: {
        'queue full': queue.dropped,
        'send failed': failed,
        ...(commands !== undefined && commands.refused > 0 ? { 'no command': commands.refused } : {}),
      },
      queued: queue.size,
      connected: socket !== undefined,
    }),
    close: () => (closing ??= shut()),
  };
}

/** The second part of a message. */
export function headerOf({ schema, sequence, stamp }: Publication, toTime: ToTime, { boot }: Identity): object {
  return { schema, sequence, stamp: toTime(stamp), boot };
}

/** libzmq reports a taken port as EADDRINUSE; so does a name that resolves to one. */
export async function bind(
  socket: { readonly bind: (address: string) => Promise<void> },
  authority: string,
  port: number,
): Promise<void> {
  try {
    await socket.bind(`tcp://${authority}:${port}`);
  } catch (error) {
    throw Object.assign(new Error('bind', { cause: error }), { code: codeOf(error) ?? 'EINVAL' });
  }
}
