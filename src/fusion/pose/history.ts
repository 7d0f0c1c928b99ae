import type { PoseEvent } from './event.ts';
import { copyState, createState, type State } from './state.ts';

/** Events in order of time, each with the state after it. */
interface Slot {
  event: PoseEvent | undefined;
  readonly after: State;
}

/** What became of an event that was put into the history. */
export type Insertion = 'fused' | 'late' | 'duplicate';

/**
 * Fuses events at their own time: an event that comes late goes to its place, and what follows it is fused again. A ring
 * of `capacity` slots; states are allocated once.
 */
export interface History {
  /** @param fuse carries a state from one event's time to the next's and folds that event in; false: refused */
  insert(event: PoseEvent, fuse: (state: State, event: PoseEvent) => void): Insertion;
  /** The newest state; `undefined` before {@link begin}. */
  newest(): State | undefined;
  /** Starts over from a state. */
  begin(state: State): void;
}

/** @param capacity events kept; @param depth how far back an event may go, ns; @param size length of a state's error */
export function createHistory(capacity: number, depth: number, size: number): History {
  const slots: Slot[] = Array.from({ length: capacity }, () => ({ event: undefined, after: createState(size) }));
  let first = 0;
  let length = 0;
  const slot = (index: number): Slot => slots[(first + index) % capacity];

  /** What is inertial moves the state; what else is measured at the same time is compared with where it has come to. */
  function before(a: PoseEvent, b: PoseEvent): boolean {
    if (a.stamp !== b.stamp) return a.stamp < b.stamp;
    return a.kind === 'imu' || b.kind === 'imu' ? b.kind !== 'imu' : a.source < b.source;
  }

  function same(a: PoseEvent | undefined, b: PoseEvent): boolean {
    return a !== undefined && a.stamp === b.stamp && a.source === b.source;
  }

  /** Lets go of events that none can go before any more: held for longer, they would outlive the young generation. */
  function forget(): void {
    const oldest = slot(length - 1).after.stamp - depth;
    while (length > 1 && slot(1).after.stamp < oldest) {
      slot(0).event = undefined;
      first = (first + 1) % capacity;
      length -= 1;
    }
  }

  return {
    insert(event, fuse) {
      const newest = slot(length - 1);
      if (event.stamp < newest.after.stamp - depth) return 'late';
      let index = length;
      while (index > 0) {
        const other = slot(index - 1).event;
        if (other === undefined || !before(event, other)) break;
        index -= 1;
      }
      // The oldest slot holds a state to start from, not an event that could be followed backwards.
      if (index === 0 || event.stamp < slot(index - 1).after.stamp) return 'late';
      if (same(slot(index - 1).event, event)) return 'duplicate';
      if (length === capacity) {
        if (index === 1) return 'late';
        first = (first + 1) % capacity;
        index -= 1;
      } else {
        length += 1;
      }
      for (let i = length - 1; i > index; i -= 1) slot(i).event = slot(i - 1).event;
      slot(index).event = event;
      for (let i = index; i < length; i += 1) {
        const { event: next, after } = slot(i);
        copyState(slot(i - 1).after, after);
        if (next !== undefined) fuse(after, next);
      }
      forget();
      return 'fused';
    },
    newest: () => (length === 0 ? undefined : slot(length - 1).after),
    begin(state) {
      first = 0;
      length = 1;
      slots[0].event = undefined;
      copyState(state, slots[0].after);
    },
  };
}
