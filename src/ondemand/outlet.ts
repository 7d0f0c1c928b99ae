import { Router } from 'zeromq';
import { LONGEST_REQUEST, MOST_WINDOW, parseRequest } from './request.ts';
import { Viewer, type LargeMessage } from './viewer.ts';

/** Viewers at a time; further ones get nothing. */
const MOST_VIEWERS = 8;
/** A viewer that has asked for nothing so long has gone, ms: it asks once a second. */
const GONE_MS = 5000;

/** How an outlet fares. */
export interface OutletCounters {
  readonly sent: number;
  /** Messages that gave way, once for each viewer that was too slow for one. */
  readonly slow: number;
  /** Requests of viewers beyond the most. */
  readonly tooMany: number;
  /** What was sent and is no request. */
  readonly senseless: number;
  /** Messages that wait, for all viewers together. */
  readonly waiting: number;
  readonly viewers: number;
}

/** A publisher of large messages. */
export interface Outlet {
  /** @throws with code EADDRINUSE where the address is taken */
  readonly bind: (address: string) => Promise<void>;
  /** Whether anybody asks for a topic. */
  readonly wants: (topic: string) => boolean;
  /** Takes a message for those who ask for its topic. Never blocks, never throws. */
  readonly offer: (message: LargeMessage) => void;
  readonly counters: () => OutletCounters;
  readonly close: () => void;
}

/**
 * Makes an outlet: a ROUTER socket to which viewers (DEALER) say what they want and what they have taken ({@link Request}). Each gets
 * messages of the parts topic, header (JSON; with `dropped` where some of its topic gave way before it), and what follows. No more is
 * ever on the way to one than it asks for, so that ZeroMQ's own queues, which count messages and not bytes, stay short.
 *
 * Queue: for each viewer {@link Viewer}, `mostBytes`, the oldest give way.
 */
export function createOutlet(mostBytes: number): Outlet {
  const socket = new Router({
    linger: 0,
    mandatory: true,
    sendTimeout: 0,
    sendHighWaterMark: 2 * MOST_WINDOW,
    receiveHighWaterMark: 2 * MOST_WINDOW,
    maxMessageSize: LONGEST_REQUEST,
  });
  const viewers = new Map<string, { readonly address: Buffer; readonly viewer: Viewer; heard: number }>();
  let isClosed = false;
  let isPumping = false;
  let sent = 0;
  let slow = 0;
  let tooMany = 0;
  let senseless = 0;

  function dismissTheGone(): void {
    const now = performance.now();
    for (const [key, { heard }] of viewers) if (now - heard > GONE_MS) viewers.delete(key);
  }

  function hear(address: Buffer, ...parts: Buffer[]): void {
    const request = parts.length === 1 ? parseRequest(parts[0]) : undefined;
    if (request === undefined) {
      senseless += 1;
      return;
    }
    const key = address.toString('latin1');
    let known = viewers.get(key);
    if (known === undefined) {
      dismissTheGone();
      if (viewers.size >= MOST_VIEWERS) {
        tooMany += 1;
        return;
      }
      known = { address, viewer: new Viewer(mostBytes), heard: 0 };
      viewers.set(key, known);
    }
    known.heard = performance.now();
    known.viewer.asks(request);
    void pump();
  }

  async function listen(): Promise<void> {
    for await (const [address, ...parts] of socket) hear(address, ...parts);
  }

  /** Sends what may be sent, to each viewer in turn: the socket takes one at a time. */
  async function pump(): Promise<void> {
    if (isPumping) return;
    isPumping = true;
    for (let isBusy = true; isBusy && !isClosed;) {
      isBusy = false;
      for (const [key, { address, viewer }] of viewers) {
        const leaving = viewer.next();
        if (leaving === undefined) continue;
        isBusy = true;
        const { message, gaveWay } = leaving;
        const header = gaveWay === 0 ? message.header : `${message.header.slice(0, -1)},"dropped":${gaveWay}}`;
        try {
          await socket.send([address, message.topic, header, ...message.further]);
          sent += 1;
        } catch {
          // It has hung up.
          viewers.delete(key);
        }
      }
    }
    isPumping = false;
  }

  return {
    async bind(address) {
      await socket.bind(address);
      // Closing it ends the loop.
      void listen().catch(() => undefined);
    },
    wants: (topic) => [...viewers.values()].some(({ viewer }) => viewer.wants(topic)),
    offer(message) {
      if (isClosed) return;
      dismissTheGone();
      for (const { viewer } of viewers.values()) if (viewer.wants(message.topic)) slow += viewer.put(message);
      void pump();
    },
    counters() {
      let waiting = 0;
      for (const { viewer } of viewers.values()) waiting += viewer.waiting;
      return { sent, slow, tooMany, senseless, waiting, viewers: viewers.size };
    },
    close() {
      isClosed = true;
      viewers.clear();
      socket.close();
    },
  };
}
