import type { MessageDefinition } from '@foxglove/message-definition';
import { parse } from '@foxglove/rosmsg';

/**
 * Types for which ROS 2 has none that holds all that a measurement says. A recording holds their definitions, so other tools
 * read them like any other. `RawAudio` has the fields of Foxglove's schema first, and is shown as such by its tools.
 */
const TEXTS: Readonly<Record<string, string>> = {
  'foxglove_msgs/RawAudio': `
builtin_interfaces/Time timestamp
uint8[] data
string format
uint32 sample_rate
uint32 number_of_channels
uint32 missing
string frame_id`,
  'sensorium_msgs/AnchorRange': `
std_msgs/Header header
string anchor
float64 range
float64 min_range
float64 max_range
float64 variance`,
  'sensorium_msgs/Scalar': `
std_msgs/Header header
string quantity
float64 value
float64 variance`,
  'sensorium_msgs/Text': `
std_msgs/Header header
string json`,
  'sensorium_msgs/Scene': `
std_msgs/Header header
string json`,
};

/** Definitions by plain type name. */
export const OWN_TYPES: Readonly<Record<string, MessageDefinition>> = Object.fromEntries(
  Object.entries(TEXTS).map(([name, text]) => [
    name,
    { ...parse(text.trim(), { ros2: true, skipTypeFixup: true })[0], name },
  ]),
);
