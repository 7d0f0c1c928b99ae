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
  /** False: refused. What is taken is held: whoever shifts it lets go of its lease. `before` is what is missing before it; it takes no room. */
  push(input: Input, before?: Gap): boolean;
  shift(): Waiting | undefined;
  size(): number;
  /** Share of the room that is taken, 0..1. */
  share(): number;
}

/** From this on it is a picture, a cloud or the like, bytes. */
const HEAVY_BYTES = 16_384;

export function createQueue(limits: QueueLimits): RecordQueue {
  const room = createRoom(limits);
  let items: Waiting[] = [];
  let head = 0;
  return {
    push(input, before) {
      if (!room.take(bytesOfInput(input))) return false;
      if (before !== undefined) items.push(before);
      if (input.kind === 'frame') input.arrival.lease?.retain();
      items.push(input);
      return true;
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      head += 1;
      if ('kind' in item) room.give(bytesOfInput(item));
      if (head === items.length || head >= 1024) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    size: () => items.length - head,
    share: room.share,
  };
}

/**
 * Counts what waits, in inputs and in bytes. Once there is no more room, there is none until half of it is empty: one long
 * hole in a recording is better than many. What has no large payload finds room as long as inputs may be counted: an IMU is not
 * lost because pictures wait.
 */
export function createRoom(limits: QueueLimits) {
  let inputs = 0;
  let bytes = 0;
  let isFull = false;
  let isHeavy = false;
  return {
    /** @returns whether there is room for it; one input is taken whatever its size */
    take(size: number): boolean {
      if (inputs >= limits.inputs) isFull = true;
      const hasPayload = size >= HEAVY_BYTES;
      if (hasPayload && inputs > 0 && bytes + size > limits.bytes) isHeavy = true;
      if (isFull || (hasPayload && isHeavy)) return false;
      inputs += 1;
      bytes += size;
      return true;
    },
    give(size: number): void {
      inputs -= 1;
      bytes -= size;
      if (inputs <= limits.inputs / 2) isFull = false;
      if (bytes <= limits.bytes / 2) isHeavy = false;
    },
    share: (): number => Math.min(1, Math.max(inputs / limits.inputs, bytes / limits.bytes)),
  };
}
