export { startDaemon, type Daemon, type DaemonOptions, type Recorder, type SessionStart } from './daemon.ts';
export type { HostClock } from './host-clock.ts';
export type { Log } from './log.ts';
export { createHostClock } from './host-clock.ts';
