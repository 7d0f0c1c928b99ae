import type { UnixNs } from '../../frame/index.ts';

/** How the messages of a topic are to be understood, in the terms of MCAP. */
export interface RawSchema {
  /** Type as the log says it: `sensor_msgs/msg/Imu`. */
  readonly name: string;
  /** `ros1msg`, `ros2msg`, `protobuf`, … */
  readonly encoding: string;
  readonly data: Uint8Array;
}

/** A topic of a log from elsewhere. */
export interface RawChannel {
  readonly topic: string;
  /** Plain ROS type; see plainType. */
  readonly type: string;
  /** How messages lie in bytes: `ros1`, `cdr`, `protobuf`, `json`, … */
  readonly encoding: string;
  readonly schema: RawSchema;
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
