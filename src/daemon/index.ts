export { startDaemon, type Daemon, type DaemonOptions, type Recorder, type SessionStart } from './daemon.ts';
export type { HostClock } from './host-clock.ts';
export { SILENT, type Log } from './log.ts';
export { checkHeads } from './heads.ts';
export { checkModels, modelsOf, startModels } from './models.ts';
export { createHostClock } from './host-clock.ts';
