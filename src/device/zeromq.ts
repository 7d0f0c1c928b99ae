import type { Subscriber } from 'zeromq';
import { integerIn, optional, SensoriumError, text, type SchemaTree } from '../contract/index.ts';
import type { Chunk, Link, LinkListener, OpenLink } from './link.ts';

/** A ZeroMQ publisher's part of a driver's configuration. */
export interface ZeroMqConfig {
  readonly url?: string;
  readonly highWaterMark: number;
}

/** Where a ZeroMQ publisher is bound. */
export const zeromqAddress = text(
  /^(tcp:\/\/\S+:\d+|ipc:\/\/\S+)$/,
  'an address such as tcp://192.168.1.20:5556 or ipc:///run/sensors',
);

/** Keys of a ZeroMQ publisher. */
export const zeromqSchema: SchemaTree = {
  url: {
    doc: 'A ZeroMQ publisher (PUB, XPUB) whose messages are taken. Unset: none.',
    format: optional(zeromqAddress),
    default: undefined,
  },
  highWaterMark: {
    doc:
      'Messages that wait here when they come faster than they are taken; the oldest give way and are counted. Too small: bursts are ' +
      'lost; too large: memory, and news that is old.',
    format: integerIn(1, 100_000),
    default: 1000,
  },
};

/** ms that a publisher is given to answer. */
const CONNECT_MS = 3000;
/** How often a publisher is asked whether it is there, and how long it may owe an answer while it says nothing, ms. */
const HEARTBEAT_MS = 1000;
const NO_PULSE_MS = 3000;
/** It is opened again by whoever opened it, long before ZeroMQ would: told never to, it drops what has come but is not read. */
const NEVER_MS = 3_600_000;
/** Messages read, and messages taken, before other work has its turn. */
const READ_AT_ONCE = 256;
const TAKEN_AT_ONCE = 64;
/** Bytes of a message beyond which its publisher is hung up on. */
const LONGEST = 4_194_304;

/**
 * A link to a ZeroMQ publisher. A message has its topic as the first part; one of a single part has the empty topic. A publisher that
 * is silent and does not answer heartbeats (https://rfc.zeromq.org/spec/37) is hung up on.
 *
 * Queue: capacity `highWaterMark`, the oldest dropped (`queue full`).
 * @param topics what the topics begin with
 */
export function zeromqLink(url: string, { highWaterMark }: ZeroMqConfig, topics: readonly string[]): Link {
  return { description: url, open: (listener, signal) => open(url, highWaterMark, topics, listener, signal) };
}

async function open(
  url: string,
  highWaterMark: number,
  topics: readonly string[],
  listener: LinkListener,
  signal: AbortSignal,
): Promise<OpenLink> {
  signal.throwIfAborted();
  // Native code, loaded where it is needed.
  const { Subscriber } = await import('zeromq');
  signal.throwIfAborted();
  const socket = new Subscriber({
    linger: 0,
    receiveHighWaterMark: highWaterMark,
    maxMessageSize: LONGEST,
    reconnectInterval: NEVER_MS,
    heartbeatInterval: HEARTBEAT_MS,
    heartbeatTimeout: NO_PULSE_MS,
  });
  let isClosing = false;
  try {
    const answered = handshake(socket, url, signal);
    socket.subscribe(...topics);
    socket.connect(url);
    await answered;
  } catch (error) {
    socket.close();
    signal.throwIfAborted();
    if (error instanceof SensoriumError) throw error;
    throw new SensoriumError('E_DRIVER', String(error), { path: url, cause: error });
  }
  const queue = createQueue(highWaterMark, listener, () => isClosing);
  socket.events.on('disconnect', () => {
    void queue.atRest().then(() => {
      if (!isClosing) listener.closed('hung up');
    });
  });
  const ended = read(socket, queue.put);
  return {
    write: () => undefined,
    async close() {
      isClosing = true;
      socket.close();
      await ended;
    },
  };
}

/** @throws SensoriumError E_DRIVER where nobody answers, or somebody who does not speak ZeroMQ */
async function handshake(socket: Subscriber, url: string, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let abort = (): void => undefined;
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string): void => reject(new SensoriumError('E_DRIVER', what, { path: url }));
    const nothing = 'nothing answers: is the publisher bound there, and on this network?';
    abort = () => reject(signal.reason as Error);
    timer = setTimeout(() => fail(nothing), CONNECT_MS);
    signal.addEventListener('abort', abort, { once: true });
    socket.events.on('handshake', () => resolve());
    socket.events.on('close', () => fail(nothing));
    socket.events.on('disconnect', () => fail('whoever answers speaks no ZeroMQ, or does not let everybody in'));
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}

/** Reads until the socket is closed, and lets others have their turn. */
async function read(socket: Subscriber, put: (message: Chunk) => void): Promise<void> {
  let count = 0;
  for await (const [first, ...parts] of socket) {
    put(parts.length === 0 ? [first, ''] : [parts[0], first.toString(), parts.slice(1)]);
    count += 1;
    if (count % READ_AT_ONCE === 0) await turn();
  }
}

interface Queue {
  readonly put: (message: Chunk) => void;
  /** Nothing waits, and nothing more comes: what was said last before a hang-up is taken before that is told. */
  readonly atRest: () => Promise<void>;
}

/** Messages are taken some at a time, so that a flood of them holds nobody up. */
function createQueue(capacity: number, listener: LinkListener, isClosing: () => boolean): Queue {
  const waiting: Chunk[] = [];
  const missed = new Map<string, number>();
  let isDue = false;
  let count = 0;

  function drain(): void {
    isDue = false;
    if (isClosing()) return;
    for (const [topic, times] of missed) listener.missed?.('queue full', times, topic);
    missed.clear();
    for (const message of waiting.splice(0, TAKEN_AT_ONCE)) listener.bytes(...message);
    if (waiting.length > 0) plan();
  }

  function plan(): void {
    if (!isDue) setImmediate(drain);
    isDue = true;
  }

  return {
    put(message) {
      count += 1;
      waiting.push(message);
      if (waiting.length > capacity) {
        const topic = waiting.shift()?.[1] ?? '';
        missed.set(topic, (missed.get(topic) ?? 0) + 1);
      }
      plan();
    },
    async atRest() {
      for (let before = -1; before !== count || (waiting.length > 0 && !isClosing());) {
        before = count;
        // Two turns: in the first the socket may find out that there is something to read.
        await turn();
        await turn();
      }
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
