import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { stampOf, type Arrival, type Measurement, type StreamDescriptor } from '../../frame/index.ts';
import { fromRollPitchYaw } from '../../geometry/index.ts';
import type { LoggedMount } from '../log.ts';
import { messageOf } from '../thrown.ts';

/** What a CARMEN log gives: frames in the order of the file. Times are Unix ns. */
export type CarmenItem =
  | {
      readonly what: 'frame';
      readonly stream: 'scan' | 'wheels';
      readonly time: bigint;
      readonly measurement: Measurement;
    }
  | { readonly what: 'mount'; readonly mount: LoggedMount };

/** Readings within a hundredth of this, or above, are no return: SICK scanners say 81.91 m. */
const NO_RETURN = 80;

/** Streams of a CARMEN log. Its time stamps are the computer's own, taken when the reading was received. */
export const CARMEN_STREAMS: readonly StreamDescriptor[] = [
  { id: 'wheels', kind: 'odometry', frameId: 'odom', clock: { domain: 'unix' }, role: 'sensor' },
  { id: 'scan', kind: 'scan', frameId: 'laser', clock: { domain: 'unix' }, role: 'sensor' },
];

/**
 * Reads a CARMEN log (http://carmen.sourceforge.net/logger_playback.html), plain or gzipped:
 * `FLASER n r1..rn x y th odom_x odom_y odom_th ipc_time host logger_time`, `ODOM x y th tv rv acc ipc_time host …`,
 * `PARAM robot_frontlaser_offset d`. Where a log has no ODOM lines (`odometryFromScans`), each FLASER gives its own.
 * Damaged lines are passed over and counted.
 */
export async function* carmenItems(
  path: string,
  odometryFromScans: boolean,
  warn: (text: string) => void,
): AsyncGenerator<CarmenItem> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  let damaged = 0;
  let failure: unknown;
  const fail = (error: Error): void => {
    failure = error;
    input.destroy();
  };
  file.on('error', fail);
  input.on('error', fail);
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      const words = line.split(/\s+/);
      if (words[0] === 'PARAM' && words[1] === 'robot_frontlaser_offset') {
        const offset = Number(words[2]);
        if (Number.isFinite(offset)) yield { what: 'mount', mount: laserAt(offset) };
      } else if (words[0] === 'FLASER' || words[0] === 'ODOM') {
        const items = words[0] === 'ODOM' ? odometryLine(words) : scanLine(words, odometryFromScans);
        if (items === undefined) damaged += 1;
        else yield* items;
      }
    }
  } catch (error) {
    failure ??= error;
  } finally {
    lines.close();
    file.destroy();
  }
  if (damaged > 0) warn(`${damaged} damaged lines passed over`);
  if (failure !== undefined) warn(`reading ended early: ${messageOf(failure)}`);
}

function laserAt(offset: number): LoggedMount {
  return {
    parent: 'base_link',
    child: 'laser',
    transform: { translation: [offset, 0, 0], rotation: [1, 0, 0, 0] },
  };
}

function odometryLine(words: readonly string[]): CarmenItem[] | undefined {
  const [x, y, yaw, speed, turn] = words.slice(1, 6).map(Number);
  const time = unixOf(words[7]);
  if (time === undefined || ![x, y, yaw, speed, turn].every(Number.isFinite)) return undefined;
  // Some recorders leave the velocities at zero: then the pose alone is what they say.
  const moving = speed !== 0 || turn !== 0;
  const twist = { linear: [speed, 0, 0], angular: [0, 0, turn] } as const;
  return [
    { what: 'frame', stream: 'wheels', time, measurement: { ...poseAt(x, y, yaw), ...(moving ? { twist } : {}) } },
  ];
}

function poseAt(x: number, y: number, yaw: number) {
  return {
    kind: 'odometry',
    childFrameId: 'base_link',
    pose: { position: [x, y, 0], orientation: fromRollPitchYaw(0, 0, yaw) },
  } as const;
}

function scanLine(words: readonly string[], withOdometry: boolean): CarmenItem[] | undefined {
  const count = Number(words[1]);
  const tail = words.slice(2 + count);
  const time = unixOf(tail[6]);
  if (!Number.isInteger(count) || count < 2 || time === undefined) return undefined;
  const ranges = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    const range = Number(words[2 + i]);
    if (!Number.isFinite(range)) return undefined;
    ranges[i] = range > NO_RETURN ? Infinity : range;
  }
  // 180 readings: -90..89 deg; 360: -90..89.5; 361: -90..90.
  const increment = Math.PI / (count % 2 === 0 ? count : count - 1);
  const [x, y, yaw] = tail.slice(3, 6).map(Number);
  const scan: CarmenItem = {
    what: 'frame',
    stream: 'scan',
    time,
    measurement: {
      kind: 'scan',
      angleMin: Math.fround(-Math.PI / 2),
      angleMax: Math.fround(-Math.PI / 2 + (count - 1) * increment),
      angleIncrement: Math.fround(increment),
      timeIncrement: 0,
      scanTime: 0,
      rangeMin: 0,
      rangeMax: NO_RETURN,
      ranges,
    },
  };
  if (!withOdometry || ![x, y, yaw].every(Number.isFinite)) return [scan];
  return [{ what: 'frame', stream: 'wheels', time, measurement: poseAt(x, y, yaw) }, scan];
}

/** Seconds in decimals to ns, without passing through a number that cannot hold them. */
function unixOf(text: string | undefined): bigint | undefined {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text ?? '');
  if (match === null) return undefined;
  return BigInt(match[1]) * 1_000_000_000n + BigInt((match[2] ?? '').slice(0, 9).padEnd(9, '0'));
}

/** A CARMEN frame as an arrival. */
export function carmenArrival(item: Extract<CarmenItem, { what: 'frame' }>, epoch: bigint): Arrival {
  const { frameId } = CARMEN_STREAMS.find((stream) => stream.id === item.stream) as StreamDescriptor;
  return {
    stream: item.stream,
    frameId,
    device: item.time,
    received: stampOf(Number(item.time - epoch)),
    measurement: item.measurement,
  };
}
