import { parse } from '@foxglove/rosmsg';
import { secNsecFromUnix, stampOf, type SecNsec, type UnixNs } from '../../frame/index.ts';
import { DECODERS } from '../decoders.ts';
import type { RawChannel, RawMessage } from '../foreign/raw.ts';
import { ros1Definitions } from '../foreign/ros-reader.ts';
import { decodeWith } from '../ros/decode.ts';
import { definitionsOf, definitionText, type Dialect } from '../ros/definitions.ts';
import { messageOfArrival, typeOf } from '../ros/encode.ts';
import { serializer } from '../ros/serialize.ts';
import { headerOf, isStamped, plainType, type Stamped } from '../ros/types.ts';

const TEXT = new TextDecoder();
const FORMATS = { ros1: 'ros1', ros2: 'cdr' } as const;

/** A channel in one of ROS's dialects: what its messages are there. */
export interface Carried {
  /** Plain type. */
  readonly type: string;
  readonly definition: string;
  readonly bytes: (message: RawMessage) => Uint8Array;
}

/**
 * How the messages of a channel become those of a dialect of ROS. In their own dialect they stay as they are, byte for byte;
 * from the other one they are read and written by the dialect's own definition where it has the type, else by theirs;
 * Foxglove's become the ROS type of the frame that they are.
 * @throws Error for a type that cannot be carried
 */
export function carriedTo(dialect: Dialect, channel: RawChannel): Carried {
  const { type, encoding, schema, read } = channel;
  if (encoding === FORMATS[dialect]) {
    const definition = TEXT.decode(schema.data);
    if (definition === '') throw new Error(`no definition of ${schema.name}`);
    return { type, definition, bytes: ({ data }) => data };
  }
  if (encoding === 'ros1' || encoding === 'cdr') {
    const text = TEXT.decode(schema.data);
    const own = encoding === 'ros1' ? ros1Definitions(text) : parse(text, { ros2: true });
    const definitions = definitionsOf(type, dialect, own);
    const write = serializer(definitions, FORMATS[dialect]);
    return { type, definition: definitionText(definitions, dialect), bytes: ({ data }) => write(read(data)) };
  }
  return carriedFrame(dialect, channel);
}

/** Messages that are no ROS messages, by the frames that they hold. */
function carriedFrame(dialect: Dialect, { type, encoding, read }: RawChannel): Carried {
  const decoder = DECODERS[type];
  if (decoder === undefined) throw new Error(`${encoding} messages that hold no frame have no form in ROS`);
  // Which ROS type it is depends on the frame: raw and compressed pictures have two. A topic has one.
  const rosType = type === 'foxglove_msgs/CompressedImage' ? 'sensor_msgs/CompressedImage' : ROS_TYPES[decoder.kind];
  if (rosType === undefined) throw new Error(`${type} has no form in ROS`);
  const definitions = definitionsOf(rosType, dialect);
  const write = serializer(definitions, FORMATS[dialect]);
  return {
    type: rosType,
    definition: definitionText(definitions, dialect),
    bytes({ data, received }) {
      const message = read(data) as Stamped;
      const measurement = decodeWith(decoder, message);
      if (typeOf(measurement) !== rosType) throw new Error(`a ${measurement.kind} on a topic of ${rosType}`);
      const { frameId, sec, nsec } = framedOf(message, received);
      const arrival = { stream: '', frameId, device: undefined, received: stampOf(0), measurement };
      return write(messageOfArrival(arrival, { sec, nsec, nanosec: nsec }));
    },
  };
}

const ROS_TYPES: Readonly<Partial<Record<string, string>>> = {
  image: 'sensor_msgs/Image',
  cloud: 'sensor_msgs/PointCloud2',
  audio: 'foxglove_msgs/RawAudio',
  scan: 'sensor_msgs/LaserScan',
  fix: 'sensor_msgs/NavSatFix',
  odometry: 'nav_msgs/Odometry',
  pose: 'geometry_msgs/PoseWithCovarianceStamped',
};

/** Where and when a message says that it was measured; the time of its receipt where it does not say. */
export function framedOf(message: object, received: UnixNs): SecNsec & { readonly frameId: string } {
  if (!isStamped(message)) return { ...secNsecFromUnix(received), frameId: '' };
  const { stamp, frame_id: frameId } = headerOf(message);
  return { sec: stamp.sec, nsec: stamp.nsec ?? stamp.nanosec ?? 0, frameId };
}

/** ROS 2 puts `msg` between package and type. */
export function ros2Name(type: string): string {
  return plainType(type).replace('/', '/msg/');
}
