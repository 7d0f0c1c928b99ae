import type { WebSocket } from 'ws';
import type { Publication } from '../contract/index.ts';

/** How much a page is told, and how long one that does not listen is kept. */
export interface FeedLimits {
  /** ms between two deliveries. Too small: CPU here and in the browser; too large: the picture jerks. */
  readonly periodMs: number;
  /** Topics that are kept: further ones are counted as `too many topics`. */
  readonly topics: number;
  /** Bytes that may wait in a page's socket: above, it gets nothing. */
  readonly bufferedBytes: number;
  /** Deliveries in a row that a page could not be given before it is hung up on. */
  readonly patience: number;
}

/** Ten deliveries a second; a page that has not read for ten seconds is gone. */
export const FEED_LIMITS: FeedLimits = { periodMs: 100, topics: 512, bufferedBytes: 262_144, patience: 100 };

/** Feeds pages with the latest value of every topic. */
export interface Feed {
  /** Keeps it as the topic's latest; costs a page nothing until the next delivery, and nothing at all without pages. */
  publish(publication: Publication): void;
  /** A message in bytes (views.ts) as its topic's latest; kept only while a page is open. */
  view(topic: string, message: Uint8Array): void;
  /** A new page: told at once what is known. @param said takes what it says; false: it has no business saying that, and is hung up on */
  join(socket: WebSocket, said: (text: string) => boolean): void;
  /** Pages now. */
  readonly pages: number;
  readonly sent: number;
  readonly dropped: Readonly<Record<string, number>>;
  close(): void;
}

/** Topic of replies, and how many of them are kept. */
const REPLIES = 'replies';
const KEPT_REPLIES = 8;

interface Entry {
  /** Place in the order of all changes. */
  readonly version: number;
  readonly content: Publication | Uint8Array;
}

interface Page {
  readonly socket: WebSocket;
  /** Everything up to this version has been handed to it. */
  seen: number;
  blocked: number;
}

/**
 * Makes a feed. Queue: one value a topic, of replies the last eight, the oldest gives way; nothing waits per page but what its socket holds.
 * `slow page` counts values that a page was not given in their turn, because it had not read the ones before.
 * @param about what a page is told first
 */
export function createFeed(about: () => object, limits: FeedLimits = FEED_LIMITS): Feed {
  const latest = new Map<string, Entry>();
  const pages = new Set<Page>();
  const dropped = { 'slow page': 0, 'too many topics': 0 };
  let version = 0;
  let replies = 0;
  let delivered = 0;
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;

  function put(topic: string, content: Entry['content']): void {
    if (!latest.has(topic) && latest.size >= limits.topics) {
      dropped['too many topics']++;
      return;
    }
    latest.set(topic, { version: ++version, content });
  }

  function since(seen: number): { readonly text: string | undefined; readonly views: Uint8Array[]; count: number } {
    const parts: string[] = [];
    const views: Uint8Array[] = [];
    for (const { version: its, content } of latest.values()) {
      if (its <= seen) continue;
      if (content instanceof Uint8Array) views.push(content);
      else parts.push(`[${JSON.stringify(content.topic)},${textOf(content.payload)}]`);
    }
    const count = parts.length + views.length;
    return { text: parts.length === 0 ? undefined : `[${parts.join(',')}]`, views, count };
  }

  function give(page: Page, { text, views, count }: ReturnType<typeof since>): void {
    if (text !== undefined) page.socket.send(text);
    for (const view of views) page.socket.send(view);
    page.seen = version;
    page.blocked = 0;
    sent += count;
  }

  function deliver(): void {
    const changed = [...latest.values()].filter((entry) => entry.version > delivered).length;
    // Pages that keep up have all seen the same: the text is made once.
    let usual: ReturnType<typeof since> | undefined;
    for (const page of pages) {
      if (page.socket.bufferedAmount > limits.bufferedBytes) {
        dropped['slow page'] += changed;
        if (++page.blocked >= limits.patience) page.socket.terminate();
      } else if (page.seen < version) {
        give(page, page.seen === delivered ? (usual ??= since(delivered)) : since(page.seen));
      }
    }
    delivered = version;
  }

  function leave(page: Page): void {
    if (!pages.delete(page) || pages.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    // What the next page would find of them is old.
    for (const [topic, { content }] of latest) if (content instanceof Uint8Array) latest.delete(topic);
  }

  return {
    publish(publication) {
      const { topic } = publication;
      // Each is of another question: the next one does not take its place.
      put(topic === REPLIES ? `${topic}/${replies++ % KEPT_REPLIES}` : topic, publication);
    },
    view(topic, message) {
      if (pages.size > 0) put(topic, message);
    },
    join(socket, said) {
      const page: Page = { socket, seen: 0, blocked: 0 };
      socket.on('error', () => socket.terminate());
      socket.on('close', () => leave(page));
      // Whoever says anything else has taken it for something else.
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary || !said(data.toString())) socket.close(1008, 'nothing of the kind can be told to this page');
      });
      socket.send(JSON.stringify([['about', about()]]));
      give(page, since(0));
      pages.add(page);
      timer ??= setInterval(deliver, limits.periodMs);
    },
    get pages() {
      return pages.size;
    },
    get sent() {
      return sent;
    },
    get dropped() {
      return { ...dropped };
    },
    close() {
      clearInterval(timer);
      for (const { socket } of pages) socket.terminate();
    },
  };
}

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
}
