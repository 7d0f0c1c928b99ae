import { open, type FileHandle } from 'node:fs/promises';
import { McapWriter, type IWritable } from '@mcap/core';
import { SensoriumError, type Input } from '../../contract/index.ts';
import { secNsecFromUnix, unixFromStamp, type Arrival, type DeviceClock, type StreamId } from '../../frame/index.ts';
import { messageOfArrival, rosWriter, typeOf, type RosWriter } from '../ros/encode.ts';
import { END_METADATA, SESSION_METADATA, type SessionEnd, type SessionHeader } from './session.ts';

/** Channels of the inputs that are no frames. */
export const TICK_TOPIC = '/sensorium/tick';
export const STREAM_TOPIC = '/sensorium/stream';
export const COMMAND_TOPIC = '/sensorium/command';

/**
 * A chunk is written to the file when it has grown to this, bytes: with an IMU of 50 Hz or more well within 200 ms. Too
 * small: index and overhead; too large: more is lost when the power fails.
 */
const CHUNK_BYTES = 4096;
/** Inputs that wait for the disk. Beyond, they are lost to the recording and counted. */
const MOST_WAITING = 200_000;

/** Takes every input of a session into a log. */
export interface LogWriter {
  readonly tap: (input: Input) => void;
  /** Resolves when nothing waits: for those who can make inputs faster than the disk takes them. */
  readonly idle: () => Promise<void>;
  /** Inputs that the disk was too slow for. */
  readonly lost: () => number;
  /** Resolves when everything taken is in the file; with `end`, what was published is written with it. */
  close(end?: SessionEnd): Promise<void>;
}

/**
 * Opens a recording; see docs/log-format.md. The caller's thread only queues: encoding and writing follow.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function createLogWriter(path: string, header: SessionHeader): Promise<LogWriter> {
  const file = await open(path, 'w').catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_WRITE', 'cannot be written', { path, cause });
  });
  const mcap = new McapWriter({ writable: fileWritable(file), chunkSize: CHUNK_BYTES });
  await mcap.start({ profile: 'ros2', library: `sensorium ${header.sensorium}` });
  await mcap.addMetadata({ name: SESSION_METADATA, metadata: new Map([['header', JSON.stringify(header)]]) });
  const encoder = await createEncoder(mcap, header);

  let waiting: Input[] = [];
  let lost = 0;
  let pump: Promise<void> | undefined;
  let failure: unknown;
  let closed: Promise<void> | undefined;

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const batch = waiting;
        waiting = [];
        for (const input of batch) await encoder(input);
      }
    } catch (error) {
      failure ??= error;
      waiting = [];
    } finally {
      pump = undefined;
    }
  }

  async function finish(end: SessionEnd | undefined): Promise<void> {
    while (pump !== undefined) await pump;
    try {
      if (failure === undefined) {
        if (end !== undefined) {
          await mcap.addMetadata({ name: END_METADATA, metadata: new Map([['end', JSON.stringify(end)]]) });
        }
        await mcap.end();
      }
    } catch (error) {
      failure ??= error;
    } finally {
      await file.close();
    }
    if (failure !== undefined)
      throw new SensoriumError('E_FILE_WRITE', 'the recording ended early', { path, cause: failure });
  }

  return {
    tap(input) {
      if (closed !== undefined || failure !== undefined || waiting.length >= MOST_WAITING) {
        lost += 1;
        return;
      }
      waiting.push(input);
      pump ??= Promise.resolve().then(write);
    },
    async idle() {
      while (pump !== undefined) await pump;
    },
    lost: () => lost,
    close(end) {
      closed ??= finish(end);
      return closed;
    },
  };
}

function fileWritable(file: FileHandle): IWritable {
  let position = 0n;
  return {
    position: () => position,
    async write(buffer) {
      position += BigInt(buffer.byteLength);
      await file.write(buffer);
    },
  };
}

/** Writes inputs as messages. Channels of streams are made when their first frame tells their type. */
async function createEncoder(mcap: McapWriter, header: SessionHeader): Promise<(input: Input) => Promise<void>> {
  const epoch = BigInt(header.epoch);
  const clocks = new Map<StreamId, DeviceClock>(header.streams.map(({ id, clock }) => [id, clock]));
  const writers = new Map<string, { readonly schema: number; readonly writer: RosWriter }>();
  const channels = new Map<string, { readonly id: number; readonly writer: RosWriter }>();
  const plain = async (topic: string): Promise<number> =>
    mcap.registerChannel({ topic, schemaId: 0, messageEncoding: 'json', metadata: new Map() });
  const tick = await plain(TICK_TOPIC);
  const stream = await plain(STREAM_TOPIC);
  const command = await plain(COMMAND_TOPIC);

  async function channelOf({ stream: id, measurement }: Arrival) {
    const type = typeOf(measurement);
    const key = `${id} ${type}`;
    const known = channels.get(key);
    if (known !== undefined) return known;
    let made = writers.get(type);
    if (made === undefined) {
      const writer = rosWriter(type);
      const data = new TextEncoder().encode(writer.definition);
      made = {
        writer,
        schema: await mcap.registerSchema({ name: type.replace('/', '/msg/'), encoding: 'ros2msg', data }),
      };
      writers.set(type, made);
    }
    const metadata = new Map([
      ['stream', id],
      ['deviceClock', JSON.stringify(clocks.get(id) ?? { domain: 'none' })],
    ]);
    const channel = {
      id: await mcap.registerChannel({ topic: `/${id}`, schemaId: made.schema, messageEncoding: 'cdr', metadata }),
      writer: made.writer,
    };
    channels.set(key, channel);
    return channel;
  }

  return async (input) => {
    const sequence = input.number % 2 ** 32;
    const json = (body: object): Uint8Array => Buffer.from(JSON.stringify(body));
    const add = (channelId: number, at: number, data: Uint8Array, publishTime?: bigint): Promise<void> => {
      const logTime = unixFromStamp(epoch, at as never);
      return mcap.addMessage({ channelId, sequence, logTime, publishTime: publishTime ?? logTime, data });
    };
    switch (input.kind) {
      case 'tick':
        return add(tick, input.at, new Uint8Array(0));
      case 'stream':
        return add(stream, input.at, json({ stream: input.stream, event: input.event }));
      case 'command':
        return add(command, input.at, json(input.command));
      case 'frame': {
        const { arrival } = input;
        const channel = await channelOf(arrival);
        const unix =
          clocks.get(arrival.stream)?.domain === 'unix' && arrival.device !== undefined && arrival.device >= 0n;
        // Other tools read the header's stamp: the device's where it is Unix time, else the time of arrival.
        const { sec, nsec } = secNsecFromUnix(unix ? arrival.device : unixFromStamp(epoch, arrival.received));
        const message = messageOfArrival(arrival, { sec, nsec, nanosec: nsec });
        const raw = arrival.device === undefined ? undefined : BigInt.asUintN(64, arrival.device);
        return add(channel.id, arrival.received, channel.writer.write(message), raw);
      }
    }
  };
}
