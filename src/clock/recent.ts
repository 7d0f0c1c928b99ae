import type { Stamp } from '../frame/index.ts';

/** Raw stamps remembered, and for how long, so that a frame delivered twice is known even when others came between. */
const REMEMBERED = 16;
const REMEMBERED_NS = 1e9;

/** The raw stamps accepted of late. */
export interface Recent {
  /** Whether it was there. The last one is remembered, however old: a device that repeats itself has nothing new to say. */
  has(raw: bigint, received: Stamp): boolean;
  add(raw: bigint, received: Stamp): void;
  clear(): void;
}

/** Makes an empty memory of stamps. */
export function createRecent(): Recent {
  const raws = new Array<bigint>(REMEMBERED).fill(0n);
  const times = new Float64Array(REMEMBERED);
  let count = 0;
  /** Largest stamp so far: what is larger was not there. */
  let largest = 0n;
  return {
    has(raw, received) {
      if (count === 0 || raw > largest) return false;
      for (let i = count - 1; i >= 0 && i >= count - REMEMBERED; i -= 1) {
        if (i < count - 1 && received - times[i % REMEMBERED] > REMEMBERED_NS) return false;
        if (raws[i % REMEMBERED] === raw) return true;
      }
      return false;
    },
    add(raw, received) {
      raws[count % REMEMBERED] = raw;
      times[count % REMEMBERED] = received;
      if (count === 0 || raw > largest) largest = raw;
      count += 1;
    },
    clear() {
      count = 0;
    },
  };
}
