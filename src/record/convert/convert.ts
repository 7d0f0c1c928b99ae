import { rename, unlink } from 'node:fs/promises';
import { unwritable } from '../../contract/index.ts';
import { NS_PER_SECOND, unixFromStamp } from '../../frame/index.ts';
import { messageOf } from '../thrown.ts';
import type { RawMessage } from '../foreign/raw.ts';
import { streamOfTopic, type LoggedMount, type LogReader } from '../log.ts';
import { HOST_STORAGE, type LogFile } from '../own/storage.ts';
import { createRefusals, type Refused } from '../refusals.ts';
import type { ReplayRange } from '../replay.ts';
import { messagesOfFrames } from './frames.ts';
import { createMcapSink } from './mcap-sink.ts';
import { packingOf, type Compression } from './packing.ts';
import { createRosbag1Sink } from './rosbag1-sink.ts';
import { createRosbag2Sink } from './rosbag2-sink.ts';
import type { Sink } from './sink.ts';

/** Formats of messages that are written: ROS 1 bag, ROS 2 bag, MCAP of ROS 2 messages, MCAP with Foxglove's types. */
export const MESSAGE_FORMATS = ['bag', 'db3', 'mcap', 'foxglove'] as const;
export type MessageFormat = (typeof MESSAGE_FORMATS)[number];

/** How to convert. */
export interface ConvertOptions {
  readonly format: MessageFormat;
  /** Of the chunks of an MCAP file. */
  readonly compression: Compression;
  readonly range: ReplayRange;
  /** Topics or streams to carry; unset: all. */
  readonly streams?: readonly string[];
  /** Where things are mounted, for a log that holds no messages: told on `/tf_static`. */
  readonly mounts: readonly LoggedMount[];
  /** What is named as the writer. */
  readonly library: string;
  readonly progress?: (share: number, messages: number) => void;
  /** Gives up: nothing is left of the file. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface Conversion {
  readonly messages: number;
  readonly topics: readonly { readonly topic: string; readonly count: number }[];
  /** What could not be carried, counted by reason. */
  readonly left: readonly Refused[];
  /** What the format cannot say of what was carried. */
  readonly notes: readonly string[];
}

/** Messages between two looks at the progress, and at whether enough waits to be written. */
const OFTEN = 256;

/**
 * Writes the messages of a log in another format. The file appears under its name once it is whole.
 * @throws SensoriumError E_FILE_WRITE; whatever the signal gives as its reason
 */
export async function convertMessages(log: LogReader, path: string, options: ConvertOptions): Promise<Conversion> {
  const { progress = () => undefined, signal } = options;
  const refusals = createRefusals();
  const notes = new Map<string, Set<string>>();
  const note = (what: string, stream: string): void =>
    void notes.set(what, (notes.get(what) ?? new Set<string>()).add(stream));
  const wanted = options.streams && new Set(options.streams.map(streamOfTopic));
  const { from = -Infinity, to = Infinity } = boundsOf(log, options.range);
  const shareOf = createShare(log);
  const counts = new Map<string, number>();
  const source: AsyncIterable<RawMessage> =
    // What is damaged in it has been told when it was opened.
    log.raw?.messages(() => undefined) ?? messagesOfFrames(log, options.mounts, refusals, note);
  let messages = 0;
  let seen = 0;

  await renamedWhenWhole(path, async (partial) => {
    const file = await HOST_STORAGE.open(partial, true);
    try {
      await write(file);
    } finally {
      await file.close();
    }
  });
  return {
    messages,
    topics: [...counts].map(([topic, count]) => ({ topic, count })),
    left: refusals.counts(),
    notes: [...notes].map(([what, streams]) => `${what}: ${[...streams].join(', ')}`),
  };

  async function write(file: LogFile): Promise<void> {
    const sink = await sinkOf(file, options);
    for await (const message of source) {
      seen += 1;
      if (seen % OFTEN === 0) {
        signal?.throwIfAborted();
        await sink.drain();
        progress(shareOf(message.received), messages);
      }
      const { topic } = message.channel;
      if (message.received < from || message.received > to) continue;
      if (wanted !== undefined && !wanted.has(streamOfTopic(topic))) continue;
      try {
        sink.add(message);
      } catch (error) {
        refusals.add(topic, messageOf(error));
        continue;
      }
      messages += 1;
      counts.set(topic, (counts.get(topic) ?? 0) + 1);
    }
    signal?.throwIfAborted();
    await sink.end();
  }
}

function sinkOf(file: LogFile, { format, compression, library }: ConvertOptions): Promise<Sink> {
  if (format === 'bag') return createRosbag1Sink(file);
  if (format === 'db3') return createRosbag2Sink(file);
  return packingOf(compression).then((packing) =>
    createMcapSink(file, { packing, foxglove: format === 'foxglove', library }),
  );
}

/** How far in a log a time of receipt is, 0..1. */
function createShare({ epoch, range }: LogReader): (received: bigint) => number {
  if (range === undefined) return () => 0;
  const first = unixFromStamp(epoch, range.first);
  return (received) => Number(received - first) / Math.max(1, range.last - range.first);
}

/** Unix ns of the first and the last moment that is carried; `undefined` where nothing bounds it. */
function boundsOf({ epoch, range }: LogReader, { from, to }: ReplayRange) {
  const at = (seconds: number | undefined): bigint | undefined =>
    seconds === undefined || range === undefined
      ? undefined
      : unixFromStamp(epoch, range.first) + BigInt(Math.round(seconds * NS_PER_SECOND));
  return { from: at(from), to: at(to) };
}

/**
 * Has a file written under another name beside its own, and renames it when it is whole. Where that fails, nothing is left.
 * @throws SensoriumError E_FILE_WRITE for errors of the system
 */
export async function renamedWhenWhole<T>(path: string, write: (partial: string) => Promise<T>): Promise<T> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    const result = await write(partial);
    await rename(partial, path);
    return result;
  } catch (error) {
    await unlink(partial).catch(() => undefined);
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw unwritable(path, error);
  }
}
