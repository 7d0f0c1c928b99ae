import type { Input } from '../../contract/index.ts';
import {
  secNsecFromUnix,
  unixFromStamp,
  type Arrival,
  type DeviceClock,
  type Measurement,
  type StreamId,
  type UnixNs,
} from '../../frame/index.ts';
import type { RawChannel, RawMessage } from '../foreign/raw.ts';
import { ros2Reader } from '../foreign/ros-reader.ts';
import { lazily } from '../lazily.ts';
import type { LoggedMount, LogReader } from '../log.ts';
import type { Refusals } from '../refusals.ts';
import { messageOfArrival, rosWriter, typeOf, type RosWriter } from '../ros/encode.ts';
import { ros2Name } from './carry.ts';

/** Readers of ROS take counts of 16-bit pictures for this, m (REP 118). */
const MILLIMETRE = 0.001;
/** What inputs that are no frames are counted under. */
const NO_FRAME: Readonly<Record<Exclude<Input['kind'], 'frame'>, string>> = {
  tick: 'ticks',
  stream: 'stream events',
  command: 'commands',
  effect: 'answers of models',
  pressure: 'pressures',
};

/**
 * The frames of a log that holds no messages (ours, CARMEN, series of numbers) as ROS 2 messages. Other inputs are counted.
 * @param note told what messages cannot say, of which stream
 */
export async function* messagesOfFrames(
  log: LogReader,
  mounts: readonly LoggedMount[],
  refusals: Refusals,
  note: (what: string, stream: StreamId) => void,
): AsyncGenerator<RawMessage> {
  const { epoch, streams, range } = log;
  const clocks = new Map<StreamId, DeviceClock>(streams.map(({ id, clock }) => [id, clock]));
  const writers = new Map<string, RosWriter>();
  const lanes = new Map<string, { readonly channel: RawChannel; readonly write: RosWriter['write'] }>();

  function laneOf(topic: string, type: string) {
    const key = `${topic} ${type}`;
    const known = lanes.get(key);
    if (known !== undefined) return known;
    const writer = writers.get(type) ?? rosWriter(type);
    writers.set(type, writer);
    const { definition, write } = writer;
    const channel: RawChannel = {
      topic,
      type,
      encoding: 'cdr',
      schema: { name: ros2Name(type), encoding: 'ros2msg', data: Buffer.from(definition) },
      read: lazily(() => ros2Reader(definition)),
    };
    const lane = { channel, write };
    lanes.set(key, lane);
    return lane;
  }

  function messageOf(arrival: Arrival): RawMessage {
    const { stream, device } = arrival;
    const received = unixFromStamp(epoch, arrival.received);
    const isUnix = clocks.get(stream)?.domain === 'unix' && device !== undefined && device >= 0n;
    if (!isUnix && device !== undefined) note("the device's own time is left out, stamps are times of receipt", stream);
    const measurement = sayable(arrival.measurement, (what) => note(what, stream));
    const { channel, write } = laneOf(`/${stream.replaceAll('.', '/')}`, typeOf(measurement));
    const { sec, nsec } = secNsecFromUnix(isUnix ? device : received);
    return {
      channel,
      received,
      data: write(messageOfArrival({ ...arrival, measurement }, { sec, nsec, nanosec: nsec })),
    };
  }

  if (mounts.length > 0 && range !== undefined) {
    const { channel, write } = laneOf('/tf_static', 'tf2_msgs/TFMessage');
    const received = unixFromStamp(epoch, range.first);
    yield { channel, received, data: write(treeOf(mounts, received)) };
  }
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind === 'frame') yield messageOf(entry.arrival);
      else refusals.add(NO_FRAME[entry.kind], 'no frame of a sensor');
    }
  }
}

/** A measurement as far as its ROS type can say it. */
function sayable(measurement: Measurement, leftOut: (what: string) => void): Measurement {
  if (measurement.kind !== 'image' && measurement.kind !== 'depth') return measurement;
  if (measurement.intrinsics !== undefined) leftOut("the camera's intrinsics are left out");
  if (measurement.kind === 'image' || measurement.scale === MILLIMETRE) return measurement;
  leftOut('depth is rounded to mm');
  const factor = measurement.scale / MILLIMETRE;
  return {
    ...measurement,
    scale: MILLIMETRE,
    data: measurement.data.map((counts) => Math.min(65_535, Math.round(counts * factor))),
  };
}

function treeOf(mounts: readonly LoggedMount[], at: UnixNs): object {
  const { sec, nsec } = secNsecFromUnix(at);
  return {
    transforms: mounts.map(({ parent, child, transform: { translation: t, rotation: q } }) => ({
      header: { stamp: { sec, nsec, nanosec: nsec }, frame_id: parent },
      child_frame_id: child,
      transform: {
        translation: { x: t[0], y: t[1], z: t[2] },
        rotation: { x: q[1], y: q[2], z: q[3], w: q[0] },
      },
    })),
  };
}
