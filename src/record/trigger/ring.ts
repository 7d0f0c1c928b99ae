import type { Input } from '../../contract/index.ts';
import { bytesOfInput } from '../own/size.ts';

/** The latest inputs: as many as came within a time, and as fit into a size. */
export interface Ring {
  push(input: Input): void;
  /** All that is held, oldest first. */
  all(): Input[];
  size(): number;
  bytes(): number;
  /** Whether something was given up that was not too old yet, since it was last too old. */
  isShortened(): boolean;
}

/** @param span ns; @param most bytes */
export function createRing(span: number, most: number): Ring {
  let items: Input[] = [];
  let head = 0;
  let bytes = 0;
  /** Time of the latest input that had to give way to others. */
  let gaveWay = -Infinity;
  let now = -Infinity;

  function drop(): void {
    bytes -= bytesOfInput(items[head]);
    head += 1;
    if (head < 1024 || head < items.length / 2) return;
    items = items.slice(head);
    head = 0;
  }

  return {
    push(input) {
      items.push(input);
      bytes += bytesOfInput(input);
      now = input.now;
      while (items[head].now < now - span) drop();
      while (bytes > most && head < items.length - 1) {
        gaveWay = items[head].now;
        drop();
      }
    },
    all: () => items.slice(head),
    size: () => items.length - head,
    bytes: () => bytes,
    isShortened: () => gaveWay >= now - span,
  };
}
