export type { FoundDevice } from './found.ts';
export { examineHost, type HostFinding } from './host.ts';
export { changesBetween, inventory } from './inventory.ts';
export { probePort, type Candidate, type Probed } from './probe.ts';
