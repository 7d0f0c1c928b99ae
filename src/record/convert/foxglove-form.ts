import type { Measurement } from '../../frame/index.ts';
import { DECODERS } from '../decoders.ts';
import { foxgloveBytes, foxgloveName } from '../foxglove/encode.ts';
import { foxgloveSchema, type FoxgloveName } from '../foxglove/schemas.ts';
import type { RawChannel, RawMessage, RawSchema } from '../foreign/raw.ts';
import { decodeWith } from '../ros/decode.ts';
import type { Stamped } from '../ros/types.ts';
import { framedOf } from './carry.ts';

/** ROS types whose frames Foxglove has a type for; which of the two for pictures is the same as in ROS. */
const NAMES: Readonly<Record<string, FoxgloveName>> = {
  'sensor_msgs/CompressedImage': 'CompressedImage',
  'sensor_msgs/Image': 'RawImage',
  'sensor_msgs/PointCloud2': 'PointCloud',
  'sensor_msgs/LaserScan': 'LaserScan',
  'foxglove_msgs/CompressedImage': 'CompressedImage',
  'foxglove_msgs/RawImage': 'RawImage',
  'foxglove_msgs/PointCloud': 'PointCloud',
  'foxglove_msgs/RawAudio': 'RawAudio',
  'foxglove_msgs/LaserScan': 'LaserScan',
};

/**
 * How the messages of a channel are written as Foxglove's type in protocol buffers; `undefined` for those that are so already,
 * and for types that Foxglove has none for.
 */
export function foxgloveForm(
  channel: RawChannel,
):
  | { readonly encoding: string; readonly schema: RawSchema; readonly bytes: (message: RawMessage) => Uint8Array }
  | undefined {
  const name = NAMES[channel.type] as FoxgloveName | undefined;
  if (name === undefined || channel.encoding === 'protobuf') return undefined;
  return {
    encoding: 'protobuf',
    schema: { name: `foxglove.${name}`, encoding: 'protobuf', data: foxgloveSchema(name) },
    bytes(message) {
      const said = channel.read(message.data) as Stamped;
      const measurement: Measurement = decodeWith(DECODERS[channel.type], said);
      if (foxgloveName(measurement) !== name) throw new Error(`a ${measurement.kind} on a topic of ${name}`);
      const { frameId, sec, nsec } = framedOf(said, message.received);
      return foxgloveBytes(name, measurement, { frameId, stamp: { sec, nsec } });
    },
  };
}
