import type { Dealer } from 'zeromq';
import { LONGEST_PART } from './viewer.ts';

/** ms that a publisher is given to answer, and after which one that went away is asked again. */
const CONNECT_MS = 3000;
const RETRY_MS = 500;
/** How often it is said what is wanted, how often a publisher is asked whether it is there, and how long it may owe an answer, ms. */
const ASK_MS = 1000;
const NO_PULSE_MS = 3000;
/** It is this file that opens it again. */
const NEVER_MS = 3_600_000;
/** Messages that may be on the way: enough for what several cameras give at the same moment. */
const WINDOW = 8;

/** Takes the parts of a message. The memory is theirs until it is collected. */
export type TakeMessage = (topic: Buffer, header: Buffer, further: readonly Buffer[]) => void;

/** A viewer of large messages. */
export interface Inlet {
  /** Resolves when the last handle is gone. */
  readonly close: () => Promise<void>;
}

/**
 * Asks a publisher of large messages ({@link createOutlet}) for some topics, and goes on asking: where nobody answers, or no more, it
 * connects anew. At most {@link WINDOW} messages are on the way; the next comes when one is taken.
 * @param topics full names
 */
export function openInlet(url: string, topics: readonly string[], take: TakeMessage): Inlet {
  const closing = new AbortController();
  let current: Dealer | undefined;

  async function connection(): Promise<void> {
    // Native code, loaded where it is needed.
    const { Dealer } = await import('zeromq');
    if (closing.signal.aborted) return;
    const socket = new Dealer({
      linger: 0,
      sendTimeout: 0,
      sendHighWaterMark: WINDOW,
      receiveHighWaterMark: WINDOW,
      maxMessageSize: LONGEST_PART,
      connectTimeout: CONNECT_MS,
      reconnectInterval: NEVER_MS,
      heartbeatInterval: ASK_MS,
      heartbeatTimeout: NO_PULSE_MS,
    });
    current = socket;
    let taken = 0;
    let asking: Promise<void> | undefined;
    /** What cannot be sent is said again a second later. */
    const ask = (): void => {
      if (socket.closed) return;
      asking ??= socket
        .send(JSON.stringify({ topics, window: WINDOW, taken }))
        .catch(() => undefined)
        .finally(() => (asking = undefined));
    };
    socket.events.on('close', () => socket.close());
    socket.events.on('disconnect', () => socket.close());
    socket.connect(url);
    ask();
    const asks = setInterval(ask, ASK_MS);
    try {
      for await (const [topic, header, ...further] of socket) {
        taken += 1;
        if (header !== undefined && !closing.signal.aborted) take(topic, header, further);
        // Others have their turn; then there is nothing that is being said.
        await new Promise((resolve) => setImmediate(resolve));
        ask();
      }
    } finally {
      clearInterval(asks);
      socket.close();
    }
  }

  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      await connection().catch(() => undefined);
      await pause(RETRY_MS, closing.signal);
    }
  }

  const ended = watch();
  return {
    async close() {
      closing.abort();
      current?.close();
      await ended;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
