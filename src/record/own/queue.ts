import type { Input } from '../../contract/index.ts';
import type { Gap } from './session.ts';
import { bytesOfInput } from './size.ts';

/** What waits for the disk: inputs, and where some are missing. */
export type Waiting = Input | Gap;

/** Inputs, and bytes of their measurements, that may wait for the disk. Beyond, they are lost to the recording. */
export interface QueueLimits {
  readonly inputs: number;
  readonly bytes: number;
}

/** Inputs on their way to the disk, bounded: the newest is refused when it is full, until it is half empty again. */
export interface RecordQueue {
  /** False: refused. `before` is what is missing before the input; it takes no room. */
  push(input: Input, before?: Gap): boolean;
  shift(): Waiting | undefined;
  size(): number;
}

export function createQueue(limits: QueueLimits): RecordQueue {
  let items: Waiting[] = [];
  let head = 0;
  let bytes = 0;
  let full = false;
  const size = (): number => items.length - head;
  return {
    push(input, before) {
      const more = bytesOfInput(input);
      // One input is taken whatever its size: else it could never be.
      if (size() > 0 && (size() >= limits.inputs || bytes + more > limits.bytes)) full = true;
      if (full) return false;
      if (before !== undefined) items.push(before);
      items.push(input);
      bytes += more;
      return true;
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      head += 1;
      if ('kind' in item) bytes -= bytesOfInput(item);
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
