import type { MessageDefinition } from '@foxglove/message-definition';
import { parse } from '@foxglove/rosmsg';
import { MessageReader as Ros1Reader } from '@foxglove/rosmsg-serialization';
import { MessageReader as Ros2Reader } from '@foxglove/rosmsg2-serialization';
import { sizeCheck } from '../ros/sizes.ts';

/** Bytes to a message object. */
export type ReadMessage = (data: Uint8Array) => unknown;

/**
 * The definitions of a ROS 1 type, its own first. Some recorders write the header's type without its package, which the parser refuses: the
 * package under which the definition stands is put before it.
 */
export function ros1Definitions(definition: string): MessageDefinition[] {
  const standing = /^MSG: (\w+)\/Header\s*$/m.exec(definition)?.[1] ?? 'std_msgs';
  return parse(definition.replace(/^(\s*)Header(\s)/gm, `$1${standing}/Header$2`));
}

/** Reader of a ROS 1 type. */
export function ros1Reader(definition: string): ReadMessage {
  const definitions = ros1Definitions(definition);
  const reader = new Ros1Reader(definitions);
  return checked(definitions, 'ros1', (data) => reader.readMessage(data));
}

/** Reader of a ROS 2 type (CDR). */
export function ros2Reader(definition: string): ReadMessage {
  const definitions = parse(definition, { ros2: true });
  const reader = new Ros2Reader(definitions, { timeType: 'sec,nsec' });
  return checked(definitions, 'cdr', (data) => reader.readMessage(data));
}

function checked(definitions: readonly MessageDefinition[], format: 'ros1' | 'cdr', read: ReadMessage): ReadMessage {
  const check = sizeCheck(definitions, format);
  if (check === undefined) return read;
  return (data) => {
    check(data);
    return read(data);
  };
}
