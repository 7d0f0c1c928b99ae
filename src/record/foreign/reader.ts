import { stampOf, type Arrival, type MeasurementKind, type StreamDescriptor } from '../../frame/index.ts';
import { createHealth } from '../health.ts';
import {
  streamOfTopic,
  type ChannelSummary,
  type LogEntry,
  type LogReader,
  type OpenOptions,
  type StreamMapping,
} from '../log.ts';
import { DECODERS } from '../decoders.ts';
import { createRefusals, type Refusals } from '../refusals.ts';
import { AUDIO_INFO, createAudioCommon, type AudioCommon } from '../ros/audio-common.ts';
import { decodeWith } from '../ros/decode.ts';
import { Slab } from '../slab.ts';
import { headerOf, isStamped, unixOfRosTime, type Stamped } from '../ros/types.ts';
import type { RawChannel, RawLog, RawMessage } from './raw.ts';
import { messageOf } from '../thrown.ts';
import { createMountCollector, isOdometry, isTree, odometryOf, transformsOf, type RosTransforms } from './tf.ts';

/** Name under which the odometry of a transform tree is known. */
const TREE_TOPIC = '/tf';
/** Entries handed on at once. */
const BATCH = 512;

/** A topic on its way to being a stream. */
interface Lane {
  readonly topic: string;
  readonly mapping: StreamMapping | undefined;
  readonly stream: string;
  readonly kind: MeasurementKind;
  readonly role: StreamDescriptor['role'];
  frameId: string;
  /** Whether its messages carry a time. */
  readonly isStamped: boolean;
}

/** What the messages of a log become, and what is known while it is read. */
interface Reading {
  readonly lanes: Map<string, Lane>;
  readonly mappings: readonly StreamMapping[];
  readonly refusals: Refusals;
  readonly audio: AudioCommon;
  /** Keeps the messages that are decoded. */
  readonly slab: Slab;
}

/**
 * Opens a log of ROS messages: a first look over it finds its streams, rates and mounts, then its entries can be read.
 * Receive times are the recorder's; device stamps are the messages' own.
 */
export async function openForeign(raw: RawLog, options: OpenOptions): Promise<LogReader> {
  const warnings: string[] = [];
  const mappings = options.mappings ?? [];
  const counts = new Map<string, { readonly channel: RawChannel; count: number }>();
  const lanes = new Map<string, Lane>();
  const refusals = createRefusals();
  const slab = new Slab();
  const reading = (told: Refusals): Reading => ({ lanes, mappings, refusals: told, audio: createAudioCommon(), slab });
  const first = reading(refusals);
  const mounts = createMountCollector();
  const health = createHealth();
  let epoch: bigint | undefined;
  let last = 0n;
  let treeHasOdometry = false;

  for await (const message of raw.messages((text) => warnings.push(text))) {
    const { channel, received } = message;
    epoch ??= received;
    if (received > last) last = received;
    const counted = counts.get(channel.topic) ?? { channel, count: 0 };
    counted.count += 1;
    counts.set(channel.topic, counted);
    if (isTree(channel.type)) {
      const tree = readTree(message, refusals);
      if (tree === undefined) continue;
      mounts.add(tree);
      treeHasOdometry ||= tree.transforms.some(isOdometry);
      continue;
    }
    const arrival = arrivalOf(message, epoch, first);
    if (arrival !== undefined) health.saw(arrival);
  }

  const hasOdometry = [...lanes.values()].some((lane) => lane.kind === 'odometry');
  const treeLane =
    treeHasOdometry && !hasOdometry ? laneOf(TREE_TOPIC, 'odometry', 'sensor', 'odom', true, mappings) : undefined;
  warnings.push(...refusals.lines());
  const summaries = health.summaries();
  const rates = new Map(summaries.map(({ stream, rate }) => [stream, rate]));
  const origin = epoch ?? 0n;

  function channels(): ChannelSummary[] {
    return [...counts].map(([topic, { channel, count }]) => ({
      topic,
      type: channel.type,
      count,
      stream: topic === TREE_TOPIC ? treeLane?.stream : lanes.get(topic)?.stream,
    }));
  }

  async function* entries(): AsyncGenerator<readonly LogEntry[]> {
    let batch: LogEntry[] = [];
    const again = reading(createRefusals());
    for await (const message of raw.messages(() => undefined)) {
      if (isTree(message.channel.type)) {
        if (treeLane === undefined || message.channel.topic !== TREE_TOPIC) continue;
        for (const arrival of treeArrivals(message, origin, treeLane)) batch.push({ kind: 'frame', arrival });
      } else {
        const arrival = arrivalOf(message, origin, again);
        if (arrival !== undefined) batch.push({ kind: 'frame', arrival });
      }
      if (batch.length >= BATCH) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  return {
    format: raw.format,
    epoch: origin,
    channels: channels(),
    streams: [...lanes.values(), ...(treeLane === undefined ? [] : [treeLane])].map((lane) => ({
      id: lane.stream,
      kind: lane.kind,
      frameId: lane.frameId,
      clock: { domain: lane.isStamped ? 'unix' : 'none' },
      nominalRate: rates.get(lane.stream),
      role: lane.role,
    })),
    mounts: mounts.mounts(),
    health: summaries,
    range: epoch === undefined ? undefined : { first: stampOf(0), last: stampOf(Number(last - epoch)) },
    session: undefined,
    warnings,
    raw,
    entries,
  };
}

function readTree(message: RawMessage, refusals: Refusals): RosTransforms | undefined {
  const { type, read } = message.channel;
  return attempt(message, refusals, () => transformsOf(type, read(message.data)));
}

function attempt<T>({ channel }: RawMessage, refusals: Refusals, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    refusals.add(channel.topic, messageOf(error));
    return undefined;
  }
}

/** The frame of a message, or `undefined` for a type that no stage uses, or bytes that do not fit it. */
function arrivalOf(message: RawMessage, epoch: bigint, reading: Reading): Arrival | undefined {
  const { channel, received } = message;
  const { lanes, mappings, refusals, audio } = reading;
  if (channel.type === AUDIO_INFO) {
    attempt(message, refusals, () => audio.info(channel.topic, channel.read(message.data)));
    return undefined;
  }
  const decoder = DECODERS[channel.type] ?? audio.decoderOf(channel.topic, channel.type);
  if (decoder === undefined) return undefined;
  return attempt(message, refusals, () => {
    const stamped = channel.read(reading.slab.keep(message.data)) as Stamped;
    const measurement = decodeWith(decoder, stamped);
    const header = isStamped(stamped) ? headerOf(stamped) : undefined;
    const device = header && unixOfRosTime(header.stamp);
    let lane = lanes.get(channel.topic);
    if (lane === undefined) {
      const frameId = (header?.frame_id ?? '').replace(/^\//, '');
      lane = laneOf(channel.topic, measurement.kind, decoder.role, frameId, header !== undefined, mappings);
      lanes.set(channel.topic, lane);
    }
    return {
      stream: lane.stream,
      frameId: lane.frameId,
      device,
      received: stampOf(Number(received - epoch)),
      measurement,
    };
  });
}

function laneOf(
  topic: string,
  kind: MeasurementKind,
  role: StreamDescriptor['role'],
  frameId: string,
  isStamped: boolean,
  mappings: readonly StreamMapping[],
): Lane {
  const mapping = mappings.find(({ source }) => source === topic || streamOfTopic(source) === streamOfTopic(topic));
  return {
    topic,
    mapping,
    kind,
    stream: mapping?.stream ?? streamOfTopic(topic),
    role: mapping?.role ?? role,
    frameId: mapping?.frameId ?? frameId,
    isStamped,
  };
}

function treeArrivals(message: RawMessage, epoch: bigint, lane: Lane): Arrival[] {
  const tree = readTree(message, createRefusals());
  return (tree?.transforms ?? []).filter(isOdometry).map((transform) => ({
    stream: lane.stream,
    frameId: lane.frameId,
    device: unixOfRosTime(transform.header.stamp),
    received: stampOf(Number(message.received - epoch)),
    measurement: odometryOf(transform),
  }));
}
