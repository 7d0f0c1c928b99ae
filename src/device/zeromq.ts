import type { Subscriber } from 'zeromq';
import { integerIn, optional, SensoriumError, text, type SchemaTree } from '../contract/index.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

/** A ZeroMQ publisher's part of a driver's configuration. */
export interface ZeroMqConfig {
  readonly url?: string;
  readonly highWaterMark: number;
}

/** Keys of a ZeroMQ publisher. */
export const zeromqSchema: SchemaTree = {
  url: {
    doc: 'A ZeroMQ publisher (PUB, XPUB) whose messages are taken. Unset: none.',
    format: optional(
      text(/^(tcp:\/\/\S+:\d+|ipc:\/\/\S+)$/, 'an address such as tcp://192.168.1.20:5556 or ipc:///run/sensors'),
    ),
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
/** Messages read, and messages taken, before other work has its turn. */
const READ_AT_ONCE = 256;
const TAKEN_AT_ONCE = 64;
/** Bytes of a message beyond which its publisher is hung up on. */
const LONGEST = 4_194_304;

/**
 * A link to a ZeroMQ publisher. A message has its topic as the first part and what it says as the last; one of a single part has
 * the empty topic.
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
    // It is opened again by whoever opened it.
    reconnectInterval: -1,
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
  socket.events.on('disconnect', () => {
    if (!isClosing) listener.closed('hung up');
  });
  const ended = read(
    socket,
    createQueue(highWaterMark, listener, () => isClosing),
  );
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

interface Message {
  readonly topic: string;
  readonly bytes: Uint8Array;
}

/** Reads until the socket is closed, and lets others have their turn. */
async function read(socket: Subscriber, put: (message: Message) => void): Promise<void> {
  let count = 0;
  for await (const parts of socket) {
    put({ topic: parts.length > 1 ? parts[0].toString() : '', bytes: parts[parts.length - 1] });
    count += 1;
    if (count % READ_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Messages are taken some at a time, so that a flood of them holds nobody up. */
function createQueue(capacity: number, listener: LinkListener, isClosing: () => boolean): (message: Message) => void {
  const waiting: Message[] = [];
  const missed = new Map<string, number>();
  let isDue = false;

  function drain(): void {
    isDue = false;
    if (isClosing()) return;
    for (const [topic, count] of missed) listener.missed?.('queue full', count, topic);
    missed.clear();
    for (const { topic, bytes } of waiting.splice(0, TAKEN_AT_ONCE)) listener.bytes(bytes, topic);
    if (waiting.length > 0) plan();
  }

  function plan(): void {
    if (!isDue) setImmediate(drain);
    isDue = true;
  }

  return (message) => {
    waiting.push(message);
    if (waiting.length > capacity) {
      const topic = waiting.shift()?.topic ?? '';
      missed.set(topic, (missed.get(topic) ?? 0) + 1);
    }
    plan();
  };
}
