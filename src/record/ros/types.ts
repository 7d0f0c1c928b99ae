/** Shapes of the ROS messages that are read and written, as the readers of the ecosystem give them. */

/** ROS 1 says `nsec`, ROS 2 `nanosec`. */
export interface RosTime {
  readonly sec: number;
  readonly nsec?: number;
  readonly nanosec?: number;
}
export interface RosHeader {
  readonly stamp: RosTime;
  readonly frame_id: string;
}
export interface RosVector3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}
export interface RosQuaternion extends RosVector3 {
  readonly w: number;
}
export interface RosPose {
  readonly position: RosVector3;
  readonly orientation: RosQuaternion;
}
export interface RosTwist {
  readonly linear: RosVector3;
  readonly angular: RosVector3;
}
export interface RosTransformStamped {
  readonly header: RosHeader;
  readonly child_frame_id: string;
  readonly transform: { readonly translation: RosVector3; readonly rotation: RosQuaternion };
}
/** A message with a header: every one that becomes a frame. */
export interface Stamped {
  readonly header: RosHeader;
}

/** Foxglove's own types have their time and frame at the top. */
interface TopStamped {
  readonly timestamp: RosTime;
  readonly frame_id?: string;
}

/** The header of a message, in whichever way it says its time and frame. */
export function headerOf(message: Stamped | TopStamped): RosHeader {
  if ('header' in message) return message.header;
  return { stamp: message.timestamp, frame_id: message.frame_id ?? '' };
}

/** False for the few types that carry no time: audio_common_msgs/AudioData. */
export function isStamped(message: object): message is Stamped | TopStamped {
  return 'header' in message || 'timestamp' in message;
}

/** Unix ns of a ROS time. */
export function unixOfRosTime(time: RosTime): bigint {
  return BigInt(time.sec) * 1_000_000_000n + BigInt(time.nsec ?? time.nanosec ?? 0);
}

/**
 * `sensor_msgs/msg/Imu` and `sensor_msgs/Imu` are the same; `tf/tfMessage` is the older name of tf2_msgs/TFMessage;
 * Foxglove's types are `foxglove.RawAudio` where they are no ROS messages.
 */
export function plainType(type: string): string {
  const plain = type.replace('/msg/', '/').replace(/^foxglove\.(?=\w+$)/, 'foxglove_msgs/');
  return plain === 'tf/tfMessage' ? 'tf2_msgs/TFMessage' : plain;
}
