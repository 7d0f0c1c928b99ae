import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { defineDriver, type DriverDefinition, type DriverHost, type PayloadBuffer } from '../../contract/index.ts';
import type { Arrival, Measurement, StreamDescriptor } from '../../frame/index.ts';
import {
  CLOUD,
  FIELDS,
  FIRST_FD,
  LENGTHS,
  PICTURE,
  ratesOf,
  SOUND,
  STAMP_BYTES,
  STREAMS,
  epochNow,
  type LoadPlan,
  type LoadStream,
} from './plan.ts';

/** How many frames there were of each stream. */
type Counts = Readonly<Record<LoadStream, number>>;

/** What the load and the driver counted; complete once the driver is closed. */
export interface LoadCounts {
  /** Process of the load. */
  pid: number | undefined;
  sent: Counts | undefined;
  /** Frames that the load could not write: nobody read its pipe. */
  skipped: Counts | undefined;
  admitted: number;
  refused: number;
  bytes: number;
}

/** The load's driver, and how to let it run dry before the daemon stops. */
export interface LoadDriver {
  readonly definition: DriverDefinition;
  /** Ends the load; resolves when everything that it wrote has been read. */
  readonly drain: () => Promise<void>;
}

/** Payloads from this on lie in shared memory, bytes. */
const LARGE = 16_384;

const KINDS = { camera: 'image', lidar: 'cloud', microphones: 'audio', imu: 'imu', wheels: 'odometry' } as const;

/**
 * A driver that reads the bench's load as drivers read cameras: a child process, a pipe a stream, payloads put where they
 * stay.
 * @param isShared into the host's memory; else into a buffer of its own each
 */
export function loadDriver(plan: LoadPlan, isShared: boolean, counts: LoadCounts): LoadDriver {
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const drain = async (): Promise<void> => {
    child?.stdin?.end();
    await ended;
  };
  const rates = ratesOf(plan);
  const streams = STREAMS.map((id): StreamDescriptor => ({
    id,
    kind: KINDS[id],
    frameId: id === 'wheels' ? 'odom' : id,
    clock: { domain: 'unix' },
    nominalRate: rates[id],
    role: 'sensor',
  }));
  const definition = defineDriver({
    type: 'load',
    summary: 'the load of the bench',
    schema: {},
    create() {
      return {
        streams,
        start(host) {
          const pipes = STREAMS.map(() => 'pipe' as const);
          child = fork(fileURLToPath(new URL('./load.js', import.meta.url)), [JSON.stringify(plan)], {
            stdio: ['pipe', 'inherit', 'inherit', ...pipes, 'ipc'],
          });
          counts.pid = child.pid;
          child.on('message', (said: Pick<LoadCounts, 'sent' | 'skipped'>) => Object.assign(counts, said));
          // Closed: it has ended, and so have its pipes.
          ended = once(child, 'close');
          STREAMS.forEach((stream, i) => {
            const room = isShared && LENGTHS[stream] >= LARGE ? host.payload : alone;
            readFrames(child?.stdio[FIRST_FD + i] as Readable, stream, room, (frame) =>
              admit(host, stream, frame, counts),
            );
          });
          return Promise.resolve();
        },
        close: drain,
      };
    },
  });
  return { definition, drain };
}

/** A load of so many bytes a second for a daemon in this process, its payloads in shared memory. */
export function loadSensors(bytesPerSecond: number): LoadDriver {
  return loadDriver({ bytesPerSecond, epoch: epochNow() }, true, nothingYet());
}

/** Counts before anything has come. */
export function nothingYet(): LoadCounts {
  return { pid: undefined, sent: undefined, skipped: undefined, admitted: 0, refused: 0, bytes: 0 };
}

/** A frame of the load, or its stamp alone where there was no room. */
interface LoadFrame {
  readonly device: bigint;
  readonly payload: PayloadBuffer | undefined;
}

/** Memory of its own. */
function alone(bytes: number): PayloadBuffer {
  const nothing = (): void => undefined;
  return { data: new Uint8Array(bytes), retain: nothing, release: nothing };
}

function admit(host: DriverHost, stream: LoadStream, { device, payload }: LoadFrame, counts: LoadCounts): void {
  const received = host.now();
  if (payload === undefined) {
    counts.refused += 1;
    return host.admit({
      kind: 'stream',
      at: received,
      stream,
      event: { what: 'dropped', reason: 'no memory', count: 1 },
    });
  }
  counts.admitted += 1;
  counts.bytes += payload.data.byteLength;
  const frameId = stream === 'wheels' ? 'odom' : stream;
  const measurement = measurementOf(stream, payload.data);
  const arrival: Arrival = { stream, frameId, device, received, measurement, lease: payload };
  host.admit({ kind: 'frame', arrival });
}

/** Cuts a pipe's bytes into frames. Each payload is copied once, to where it stays. */
function readFrames(
  pipe: Readable,
  stream: LoadStream,
  room: (bytes: number) => PayloadBuffer | undefined,
  take: (frame: LoadFrame) => void,
): void {
  const length = LENGTHS[stream];
  const head = Buffer.alloc(STAMP_BYTES);
  let payload: PayloadBuffer | undefined;
  /** Bytes of the frame so far, its stamp included. */
  let filled = 0;
  pipe.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      if (filled < STAMP_BYTES) {
        const copied = chunk.copy(head, filled, at, at + STAMP_BYTES - filled);
        at += copied;
        filled += copied;
        if (filled === STAMP_BYTES) payload = room(length);
        continue;
      }
      const part = Math.min(chunk.length - at, length + STAMP_BYTES - filled);
      payload?.data.set(chunk.subarray(at, at + part), filled - STAMP_BYTES);
      at += part;
      filled += part;
      if (filled < length + STAMP_BYTES) continue;
      filled = 0;
      take({ device: head.readBigUInt64LE(), payload });
    }
  });
}

function measurementOf(stream: LoadStream, data: Uint8Array): Measurement {
  const { buffer, byteOffset, byteLength } = data;
  switch (stream) {
    case 'camera': {
      const { width, height } = PICTURE;
      return { kind: 'image', encoding: 'rgb8', width, height, rowStride: 3 * width, bigEndian: false, data };
    }
    case 'lidar': {
      const { width, height, stride } = CLOUD;
      const rows = { width, height, pointStride: stride, rowStride: width * stride };
      return { kind: 'cloud', ...rows, fields: FIELDS, bigEndian: false, dense: true, data };
    }
    case 'microphones': {
      const samples = new Int16Array(buffer, byteOffset, byteLength / 2);
      return { kind: 'audio', sampleRate: SOUND.rate, channels: SOUND.channels, data: samples, missing: 0 };
    }
    case 'imu': {
      const [wx, wy, wz, ax, ay, az] = new Float64Array(buffer, byteOffset, 6);
      return { kind: 'imu', angularVelocity: [wx, wy, wz], linearAcceleration: [ax, ay, az] };
    }
    case 'wheels': {
      const [speed] = new Float64Array(buffer, byteOffset, 6);
      const twist = { linear: [speed, 0, 0], angular: [0, 0, 0] } as const;
      return { kind: 'odometry', childFrameId: 'base_link', twist };
    }
  }
}
