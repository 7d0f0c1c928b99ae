import type { Input, InputBody } from '../contract/index.ts';
import type { FrameId, Stamp, StreamDescriptor, StreamId, UnixNs } from '../frame/index.ts';
import type { Transform } from '../geometry/index.ts';
import type { RawLog } from './foreign/raw.ts';
import type { SessionEnd, SessionHeader } from './own/session.ts';

/** Formats that can be read. `sensorium` is ours: inputs with their numbers; `npy` a folder of NumPy series. */
export type LogFormat = 'sensorium' | 'mcap' | 'rosbag1' | 'rosbag2' | 'carmen' | 'npy';

/** What a log holds under one topic, whether or not it can be used. */
export interface ChannelSummary {
  readonly topic: string;
  readonly type: string;
  readonly count: number;
  /** Stream that its messages become; `undefined` for a type that no stage uses. */
  readonly stream: StreamId | undefined;
}

/** A static transform found in a log: takes coordinates in `child` to `parent`. */
export interface LoggedMount {
  readonly parent: FrameId;
  readonly child: FrameId;
  readonly transform: Transform;
}

/** How regular a stream arrived. */
export interface StreamHealthSummary {
  readonly stream: StreamId;
  readonly count: number;
  /** Hz over the whole log; `undefined` for fewer than two frames. */
  readonly rate: number | undefined;
  /** Silences longer than ten periods and 0.1 s, and the longest of all, s. */
  readonly gaps: number;
  readonly longestGap: number;
  /** Device stamps that went backward, and that repeated the one before. */
  readonly backward: number;
  readonly duplicates: number;
}

/** An entry of a log: a numbered input (ours), or a frame to be numbered (others'). */
export type LogEntry = Input | InputBody;

/** An open log. */
export interface LogReader {
  readonly format: LogFormat;
  /** Unix ns that stamps count from: the session's own, or the receive time of the first message. */
  readonly epoch: UnixNs;
  readonly channels: readonly ChannelSummary[];
  readonly streams: readonly StreamDescriptor[];
  readonly mounts: readonly LoggedMount[];
  /** Of a recording of ours that was opened by its index: known when its entries have been read to the end. */
  readonly health: readonly StreamHealthSummary[];
  /** Receive times of the first and last message; `undefined` for a log without messages. */
  readonly range: { readonly first: Stamp; readonly last: Stamp } | undefined;
  readonly session: SessionHeader | undefined;
  /** What an orderly recording of ours ended with. */
  readonly end?: SessionEnd;
  /** What was skipped or odd, for people. More may join while the entries are read. */
  readonly warnings: readonly string[];
  /** Ids of the questions to models whose answers it holds; logs of others hold none. */
  answered?(): Promise<ReadonlySet<string>>;
  /** The messages as they lie in a log from elsewhere; ours, and logs that hold none, have none. */
  readonly raw?: RawLog;
  /** All entries in order, in batches. May be called again. */
  entries(): AsyncIterable<readonly LogEntry[]>;
}

/** What the configuration says of a stream of a log. */
export interface StreamMapping {
  /** Topic of the log. */
  readonly source: string;
  readonly stream: StreamId;
  readonly frameId?: FrameId;
  readonly role?: StreamDescriptor['role'];
}

/** How a log is opened. */
export interface OpenOptions {
  readonly mappings?: readonly StreamMapping[];
  /** Looks over the whole log first, where its index would do: how regular its streams are is then known at once. */
  readonly whole?: boolean;
  /** Told how far the first look over the log has come, 0..1. */
  readonly progress?: (share: number) => void;
}

/** Stream id of a topic that nobody named: without the leading slash, other slashes as dots. */
export function streamOfTopic(topic: string): StreamId {
  return topic.replace(/^\/+/, '').replaceAll('/', '.');
}
