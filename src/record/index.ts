export { schema as recordSchema, type RecordConfig } from './config.ts';
export type {
  ChannelSummary,
  LogEntry,
  LoggedMount,
  LogReader,
  OpenOptions,
  StreamHealthSummary,
  StreamMapping,
} from './log.ts';
export { openLog } from './open.ts';
export type { SessionEnd, SessionHeader } from './own/session.ts';
export { createThreadedLogWriter } from './own/thread/writer.ts';
export { createLogWriter, type LogWriter, type LogWriterOptions, type RecordingStatus } from './own/writer.ts';
export { replayEntries, TICK_NS, type ReplayRange } from './replay.ts';
