import type { Input } from '../../contract/index.ts';
import type { Gap } from './session.ts';

/** What waits for the disk: inputs, and where some are missing. */
export type Waiting = Input | Gap;

/** Inputs, and bytes of their measurements, that may wait for the disk. Beyond, they are lost to the recording. */
export interface QueueLimits {
  readonly inputs: number;
  readonly bytes: number;
}

/** Inputs on their way to the disk, bounded: the newest is refused when it is full, until it is half empty again. */
export interface RecordQueue {
  /** False: refused. What is taken is held: whoever shifts it lets go of its lease. `before` is what is missing before the input; it takes no room. */
  push(input: Input, before?: Gap): boolean;
  shift(): Waiting | undefined;
  size(): number;
}

/** Bytes of an input besides its arrays, roughly. */
const INPUT_BYTES = 400;

export function createQueue(limits: QueueLimits): RecordQueue {
  let items: Waiting[] = [];
  let head = 0;
  let bytes = 0;
  let full = false;
  const size = (): number => items.length - head;
  return {
    push(input, before) {
      const more = bytesOf(input);
      // One input is taken whatever its size: else it could never be.
      if (size() > 0 && (size() >= limits.inputs || bytes + more > limits.bytes)) full = true;
      if (full) return false;
      if (before !== undefined) items.push(before);
      if (input.kind === 'frame') input.arrival.lease?.retain();
      items.push(input);
      bytes += more;
      return true;
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      head += 1;
      if ('kind' in item) bytes -= bytesOf(item);
      if (head === items.length || head >= 1024) {
        items = items.slice(head);
        head = 0;
      }
      if (size() <= limits.inputs / 2 && bytes <= limits.bytes / 2) full = false;
      return item;
    },
    size,
  };
}

/** What an input takes up while it waits, bytes. */
export function bytesOf(input: Input): number {
  if (input.kind !== 'frame') return INPUT_BYTES;
  const { measurement: m } = input.arrival;
  switch (m.kind) {
    case 'cloud':
    case 'image':
    case 'depth':
    case 'audio':
      return INPUT_BYTES + m.data.byteLength;
    case 'scan':
      return INPUT_BYTES + m.ranges.byteLength + (m.intensities?.byteLength ?? 0);
    default:
      return INPUT_BYTES;
  }
}
