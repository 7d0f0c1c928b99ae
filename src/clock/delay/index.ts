export { createDelayMonitor, type Delay, type DelayMonitor, type DelayOptions } from './monitor.ts';
export type { Untold } from './estimate.ts';
export type { DelayKind } from './pairing.ts';
export type { DelaySearch } from './search.ts';
