export type { RecordConfig } from './config.ts';
export {
  convertMessages,
  MESSAGE_FORMATS,
  renamedWhenWhole,
  type Conversion,
  type MessageFormat,
} from './convert/convert.ts';
export { COMPRESSIONS, type Compression } from './convert/packing.ts';
export type {
  ChannelSummary,
  LogEntry,
  LoggedMount,
  LogReader,
  OpenOptions,
  StreamHealthSummary,
  StreamMapping,
} from './log.ts';
export { streamOfTopic } from './log.ts';
export { openLog } from './open.ts';
export type { Refused } from './refusals.ts';
export type { Segment, SessionEnd, SessionHeader } from './own/session.ts';
export { createThreadedLogWriter } from './own/thread/writer.ts';
export { createLogWriter, type LogWriter, type LogWriterOptions, type RecordingStatus } from './own/writer.ts';
export { replayEntries, TICK_NS, type ReplayRange } from './replay.ts';
export { createTriggerRecorder, type TriggerRecorder } from './trigger/recorder.ts';
export { parseTrigger, type Trigger } from './trigger/watch.ts';
