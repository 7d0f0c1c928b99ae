import type { Lease } from '../frame/index.ts';

/** How much memory a pool has. */
export interface PayloadPoolOptions {
  /** Bytes of all slots. Too small: payloads are lost while others are still held; too large: memory. */
  readonly bytes: number;
  /** Fills what nobody holds any more with 0xff, so that who reads it too late is found out. Costs a pass over every payload. */
  readonly poison?: boolean;
}

/** A payload's memory, and a lease on it. */
export interface PayloadLease extends Lease {
  /** Exactly as many bytes as were asked for, in shared memory. What they hold at first is undefined. */
  readonly data: Uint8Array<SharedArrayBuffer>;
}

/** How a pool fares. */
export interface PayloadPoolStatus {
  /** Bytes of the slots made so far. */
  readonly bytes: number;
  readonly slots: number;
  /** Slots that somebody holds, and the share of the pool's memory in them, 0..1. */
  readonly held: number;
  readonly heldShare: number;
  /** Payloads that found no room. */
  readonly refused: number;
}

/**
 * Shared memory for payloads (pictures, clouds, sound), used again and again. Threads read it where it lies; who holds what is
 * kept on the thread that made the pool.
 */
export interface PayloadPool {
  /** Memory for so many bytes, held once; `undefined` where there is no room. */
  readonly take: (bytes: number) => PayloadLease | undefined;
  /**
   * Lets go what was released since the last sweep. Between two sweeps nothing is used again: a stage may let go of a frame
   * and hand it out within the same step.
   */
  sweep(): void;
  status(): PayloadPoolStatus;
}

/** Smallest slot, bytes: what is smaller is as well copied. */
const SMALLEST = 4096;
const POISON = 0xff;

interface Slot {
  readonly memory: Uint8Array<SharedArrayBuffer>;
  holders: number;
}

/**
 * Makes a pool. Slots come in powers of two, are made when they are first needed and used again from then on; where another
 * size is needed and there is no room, free slots of other sizes are given up.
 */
export function createPayloadPool({ bytes: most, poison = false }: PayloadPoolOptions): PayloadPool {
  /** By size, the free ones last in first out: what was used last is in the cache. */
  const free = new Map<number, Slot[]>();
  const released: Slot[] = [];
  let bytes = 0;
  let slots = 0;
  let held = 0;
  let heldBytes = 0;
  let refused = 0;

  function slotOf(size: number): Slot | undefined {
    const found = free.get(size)?.pop();
    if (found !== undefined) return found;
    if (bytes + size > most) giveUpFree(size);
    if (bytes + size > most) return undefined;
    bytes += size;
    slots += 1;
    return { memory: new Uint8Array(new SharedArrayBuffer(size)), holders: 0 };
  }

  /** Makes room for a slot of a size out of free slots of other sizes. */
  function giveUpFree(size: number): void {
    for (const [its, those] of free) {
      while (bytes + size > most && those.length > 0) {
        those.pop();
        bytes -= its;
        slots -= 1;
      }
    }
  }

  function leaseOn(slot: Slot, length: number): PayloadLease {
    return {
      data: slot.memory.subarray(0, length),
      retain() {
        if (slot.holders === 0) throw new Error('a payload was retained after its release');
        slot.holders += 1;
      },
      release: () => void released.push(slot),
    };
  }

  function letGo(slot: Slot): void {
    if (slot.holders === 0) throw new Error('a payload was released once too often');
    slot.holders -= 1;
    if (slot.holders > 0) return;
    held -= 1;
    heldBytes -= slot.memory.length;
    if (poison) slot.memory.fill(POISON);
    const size = slot.memory.length;
    const those = free.get(size);
    if (those === undefined) free.set(size, [slot]);
    else those.push(slot);
  }

  return {
    take(length) {
      const slot = slotOf(2 ** Math.ceil(Math.log2(Math.max(SMALLEST, length))));
      if (slot === undefined) {
        refused += 1;
        return undefined;
      }
      slot.holders = 1;
      held += 1;
      heldBytes += slot.memory.length;
      return leaseOn(slot, length);
    },
    sweep() {
      if (released.length > 0) for (const slot of released.splice(0)) letGo(slot);
    },
    status: () => ({ bytes, slots, held, heldShare: heldBytes / most, refused }),
  };
}
