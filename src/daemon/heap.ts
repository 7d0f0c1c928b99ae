import { setFlagsFromString } from 'node:v8';

/** Makes V8's heap one for a process that runs for months at a steady rate: called before anything else is done. */
export function settleHeap(): void {
  // V8 learns while the program starts that much survives, and from then on allocates short-lived objects where only a full
  // collection finds them: a long replay's memory then grows by a third, in some runs and not in others.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // And it lets what little gets there lie until the heap has doubled: a fifth is enough.
  setFlagsFromString('--heap-growing-percent=20');
  // The young generation takes its full size when it first grows, at the start, not in steps whenever a little more than
  // usual happens to survive: what grows after that is worth a look.
  setFlagsFromString('--semi-space-growth-factor=16');
}
