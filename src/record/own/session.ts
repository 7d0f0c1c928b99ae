import { crc32 } from 'node:zlib';
import type { StreamDescriptor, StreamId } from '../../frame/index.ts';
import type { Transform } from '../../geometry/index.ts';

/** Name of the metadata record that holds the session header, and of the one at an orderly end. */
export const SESSION_METADATA = 'sensorium.session';
export const END_METADATA = 'sensorium.end';

/** Key of a channel's metadata: checksum over what its messages are read by. MCAP protects messages, not definitions. */
export const CHANNEL_CRC = 'crc32';

/** CRC-32, decimal, of what the messages of a channel are read by. */
export function channelCrc(
  topic: string,
  metadata: ReadonlyMap<string, string>,
  type: string,
  definition: string,
): string {
  const said = [...metadata].filter(([key]) => key !== CHANNEL_CRC).sort();
  return String(crc32(JSON.stringify([topic, said, type, definition])));
}

/** What a recording begins with: everything that a replay needs besides the inputs. */
export interface SessionHeader {
  /** Version of this format. */
  readonly format: 1;
  /** Unix ns, as decimal text. */
  readonly epoch: string;
  readonly sensorium: string;
  readonly node: string;
  readonly architecture: string;
  readonly configurationHash: string;
  readonly calibrationHash: string;
  readonly streams: readonly StreamDescriptor[];
  /** T_base_sensor by stream. */
  readonly mounts: Readonly<Record<StreamId, Transform>>;
  /** The whole configuration, so that a replay needs no file. */
  readonly configuration: unknown;
  /** Says that this is a part of a session, and why it was kept. */
  readonly segment?: Segment;
}

/** A part of a session that was recorded because something happened. */
export interface Segment {
  /** Number of its first input. */
  readonly first: number;
  /** What happened: `fault: imu: stale: no frame for 63 ms`. */
  readonly reason: string;
  /** Unix ns of when it happened, as decimal text. */
  readonly at: string;
  /** s of what came before that are in it. */
  readonly before: number;
  /** True where less was held than asked for, because memory is bounded. */
  readonly shortened: boolean;
}

/** What an orderly recording ends with. */
export interface SessionEnd {
  /** SHA-256 over everything published, in hex. */
  readonly digest: string;
  readonly inputs: number;
  readonly published: number;
}

/** Name of the metadata record that tells of inputs that a recording lacks. */
export const GAP_METADATA = 'sensorium.gap';

/** Inputs that did not reach the file; stands where they are missing. */
export interface Gap {
  /** Why the first of them was lost: `queue full`, `no space`, or the system's name of the error (`ENOSPC`, `EROFS`). */
  readonly reason: string;
  /** Numbers of the first and the last input lost; no `last` where a file ends for it. */
  readonly first: number;
  readonly last?: number;
  readonly lost?: number;
  /** Unix ns of the first and the last, as decimal text. */
  readonly from: string;
  readonly to?: string;
}
