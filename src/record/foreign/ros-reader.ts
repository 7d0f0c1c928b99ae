import { parse } from '@foxglove/rosmsg';
import { MessageReader as Ros1Reader } from '@foxglove/rosmsg-serialization';
import { MessageReader as Ros2Reader } from '@foxglove/rosmsg2-serialization';

/** Bytes to a message object. */
export type ReadMessage = (data: Uint8Array) => unknown;

/**
 * Reader of a ROS 1 type. Some recorders write the header's type without its package, which the parser refuses: the
 * package under which the definition stands is put before it.
 */
export function ros1Reader(definition: string): ReadMessage {
  const standing = /^MSG: (\w+)\/Header\s*$/m.exec(definition)?.[1] ?? 'std_msgs';
  const reader = new Ros1Reader(parse(definition.replace(/^(\s*)Header(\s)/gm, `$1${standing}/Header$2`)));
  return (data) => reader.readMessage(data);
}

/** Reader of a ROS 2 type (CDR). */
export function ros2Reader(definition: string): ReadMessage {
  const reader = new Ros2Reader(parse(definition, { ros2: true }), { timeType: 'sec,nsec' });
  return (data) => reader.readMessage(data);
}
