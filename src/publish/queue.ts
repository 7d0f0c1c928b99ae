import type { Publication } from '../contract/index.ts';

/** Messages of one class in order of arrival: an array whose head moves, packed now and then. */
interface Line {
  readonly items: { readonly order: number; readonly publication: Publication }[];
  head: number;
  /** Of those that wait. */
  bytes: number;
}

/** Where publications wait for their way out. */
export interface PublicationQueue {
  /** Adds one; the oldest of its class makes room where the class is full. */
  push(publication: Publication): void;
  /** Takes the oldest of all. */
  shift(): Publication | undefined;
  readonly size: number;
  /** Given up for want of room, all classes together. */
  readonly dropped: number;
  /** How many of a topic were given up since this was asked last. */
  readonly gaveWay: (topic: string) => number;
}

/** Bytes that wait per class, unless said otherwise: 1500 scans of 5000 rays. */
const MOST_BYTES = 32 * 2 ** 20;

/**
 * A bounded queue that keeps the order of arrival over all topics and drops by class: the first level of the topic
 * (`pose`, `sensors`, …), so that a flood of one kind cannot push out another. Drop policy: the oldest of the class.
 *
 * @param capacity messages that wait per class. Too small: a short loss of the broker costs messages; too large: memory
 *   (about 2 kB a pose), and a subscriber that sees old news first after a long loss. 1500 is 30 s of poses at 50 Hz.
 * @param mostBytes that wait per class; the newest stays however large
 */
export function publicationQueue(capacity: number, mostBytes = MOST_BYTES): PublicationQueue {
  const lines = new Map<string, Line>();
  let order = 0;
  let size = 0;
  let dropped = 0;
  const gaveWay = new Map<string, number>();

  function take(line: Line): Publication | undefined {
    const publication = line.items[line.head]?.publication;
    if (publication === undefined) return undefined;
    line.head++;
    line.bytes -= bytesOf(publication);
    size--;
    if (line.head > 64 && line.head * 2 > line.items.length) {
      line.items.splice(0, line.head);
      line.head = 0;
    }
    return publication;
  }

  function giveUpOldest(line: Line): void {
    const oldest = take(line);
    if (oldest === undefined) return;
    gaveWay.set(oldest.topic, (gaveWay.get(oldest.topic) ?? 0) + 1);
    dropped++;
  }

  return {
    push(publication) {
      const name = classOf(publication.topic);
      let line = lines.get(name);
      if (line === undefined) lines.set(name, (line = { items: [], head: 0, bytes: 0 }));
      if (line.items.length - line.head >= capacity) giveUpOldest(line);
      line.items.push({ order: order++, publication });
      line.bytes += bytesOf(publication);
      size++;
      while (line.bytes > mostBytes && line.items.length - line.head > 1) giveUpOldest(line);
    },
    shift() {
      let oldest: Line | undefined;
      let least = Infinity;
      for (const line of lines.values()) {
        const first = line.items[line.head];
        if (first !== undefined && first.order < least) {
          least = first.order;
          oldest = line;
        }
      }
      return oldest === undefined ? undefined : take(oldest);
    },
    get size() {
      return size;
    },
    get dropped() {
      return dropped;
    },
    gaveWay(topic) {
      const count = gaveWay.get(topic) ?? 0;
      gaveWay.delete(topic);
      return count;
    },
  };
}

function bytesOf({ payload, attachment }: Publication): number {
  return payload.length + (attachment?.length ?? 0);
}

/** First level of a topic: classes are few and fixed, however many streams there are. */
function classOf(topic: string): string {
  const slash = topic.indexOf('/');
  return slash === -1 ? topic : topic.slice(0, slash);
}
