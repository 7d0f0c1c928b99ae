import type { UnixNs } from '../../frame/index.ts';

/** A topic of a log from elsewhere. */
export interface RawChannel {
  readonly topic: string;
  /** Plain ROS type; see plainType. */
  readonly type: string;
  /** Bytes to a message object; throws for bytes that do not fit. */
  readonly read: (data: Uint8Array) => unknown;
}

/** A message as it lies in the log. */
export interface RawMessage {
  readonly channel: RawChannel;
  readonly received: UnixNs;
  readonly data: Uint8Array;
}

/** A log of ROS messages, whatever the container. */
export interface RawLog {
  readonly format: 'mcap' | 'rosbag1' | 'rosbag2';
  /** All messages in order of receive time. Problems that end the reading early go to `warn`. */
  messages(warn: (text: string) => void): AsyncIterable<RawMessage>;
}
