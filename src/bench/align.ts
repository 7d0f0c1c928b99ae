import { createAlignment, DROP_REASONS, type AlignConfig, type Alignment } from '../align/index.ts';
import { NS_PER_SECOND, stampOf, type Frame, type InputNumber, type Measurement } from '../frame/index.ts';
import type { StreamDescriptor } from '../frame/index.ts';
import { Ledger } from '../pipeline/index.ts';
import { createRandom } from '../random/index.ts';

/** What one policy does with the benchmark's messages. */
export interface AlignFigures {
  /** Median over the repetitions. */
  readonly messagesPerSecond: number;
  readonly sets: number;
  /** Bytes of the heap allocated for each message, sets included. */
  readonly bytesPerMessage: number;
}

/** A stream of the benchmark: rate in Hz, standard deviation of the stamps' jitter in s, latency in s. */
interface BenchStream {
  readonly id: string;
  readonly hz: number;
  readonly jitter: number;
  readonly latency: number;
  readonly measurement: Measurement;
}

const VECTOR = [0, 0, 9.8] as const;
const STREAMS: readonly BenchStream[] = [
  {
    id: 'camera',
    hz: 30,
    jitter: 0.0008,
    latency: 0.012,
    measurement: { kind: 'image', encoding: 'jpeg', data: new Uint8Array(1000) },
  },
  {
    id: 'lidar',
    hz: 10,
    jitter: 0.0005,
    latency: 0.008,
    measurement: {
      kind: 'scan',
      angleMin: 0,
      angleMax: 6,
      angleIncrement: 0.01,
      timeIncrement: 0,
      scanTime: 0.1,
      rangeMin: 0,
      rangeMax: 10,
      ranges: new Float32Array(360),
    },
  },
  {
    id: 'imu',
    hz: 200,
    jitter: 0.0002,
    latency: 0.001,
    measurement: { kind: 'imu', angularVelocity: VECTOR, linearAcceleration: VECTOR },
  },
  {
    id: 'wheels',
    hz: 50,
    jitter: 0.0004,
    latency: 0.003,
    measurement: { kind: 'odometry', childFrameId: 'base_link', twist: { linear: VECTOR, angular: VECTOR } },
  },
];

/** Ticks come as in the pipeline, ns. */
const TICK = 1e7;
/** Repetitions of which the median is told. */
const REPETITIONS = 3;
/** Frames made at a time: few enough to stay in the processor's cache, as a live frame is. */
const CHUNK = 1000;

/** The benchmark's messages in order of arrival: times in ns, and the place of each one's stream. */
export interface Traffic {
  readonly stamps: Float64Array;
  readonly received: Float64Array;
  readonly places: Uint8Array;
}

/**
 * Makes the messages of four streams (30, 10, 200 and 50 Hz) in order of arrival.
 * @param isExact stamps without jitter, so that equal ones exist
 */
export function createTraffic(messages: number, isExact: boolean): Traffic {
  const random = createRandom(1);
  const seconds = messages / STREAMS.reduce((sum, { hz }) => sum + hz, 0);
  const stamps: number[] = [];
  const received: number[] = [];
  const places: number[] = [];
  STREAMS.forEach(({ hz, jitter, latency }, place) => {
    for (let i = 0; i < Math.ceil(seconds * hz) + 1; i += 1) {
      const early = isExact ? 0 : gaussian(random) * jitter;
      const stamp = Math.round((i / hz + 1 + early) * NS_PER_SECOND);
      stamps.push(stamp);
      received.push(stamp + Math.round(latency * (1 + random()) * NS_PER_SECOND));
      places.push(place);
    }
  });
  const order = Uint32Array.from(stamps.keys()).sort((a, b) => received[a] - received[b]);
  const first = order.subarray(0, messages);
  return {
    stamps: Float64Array.from(first, (i) => stamps[i]),
    received: Float64Array.from(first, (i) => received[i]),
    places: Uint8Array.from(first, (i) => places[i]),
  };
}

/** Runs one policy over the messages, through what the pipeline uses: the aligner with its bounds, and the ledger. */
export function benchPolicy(config: AlignConfig, traffic: Traffic): AlignFigures {
  const runs = Array.from({ length: 1 + REPETITIONS }, () => run(config, traffic)).slice(1);
  runs.sort((a, b) => a.seconds - b.seconds);
  const { seconds, sets, bytes } = runs[REPETITIONS >> 1];
  const messages = traffic.places.length;
  return {
    messagesPerSecond: Math.round(messages / seconds),
    sets,
    bytesPerMessage: Math.round(bytes / messages),
  };
}

/** One pass: frames are made a chunk at a time, which does not count, and then handed in, which does. */
function run(config: AlignConfig, traffic: Traffic): { seconds: number; sets: number; bytes: number } {
  const messages = traffic.places.length;
  const ledger = new Ledger(STREAMS.map(({ id }) => id));
  let sets = 0;
  const aligner = alignerOf(config, ledger, () => (sets += 1));
  const ticker = { next: traffic.received[0] + TICK };
  const chunk: Frame[] = [];
  let ms = 0;
  let bytes = 0;
  let counted = 0;
  for (let from = 0; from < messages; from += CHUNK) {
    const until = Math.min(from + CHUNK, messages);
    for (let i = from; i < until; i += 1) chunk[i - from] = frameOf(traffic, i);
    const heap = process.memoryUsage().heapUsed;
    const started = performance.now();
    pass(chunk, traffic.places, from, until, aligner, ledger, ticker);
    ms += performance.now() - started;
    const grown = process.memoryUsage().heapUsed - heap;
    // Where the heap shrank it was collected meanwhile: what was allocated cannot be told.
    if (grown < 0) continue;
    bytes += grown;
    counted += until - from;
  }
  balance(ledger);
  return { seconds: ms / 1000, sets, bytes: (bytes / counted) * messages };
}

/** What the pipeline does with a frame on its way to the aligner, and with ticks. */
function pass(
  chunk: readonly Frame[],
  places: Uint8Array,
  from: number,
  until: number,
  aligner: Alignment['aligner'],
  ledger: Ledger,
  ticker: { next: number },
): void {
  for (let i = from; i < until; i += 1) {
    const frame = chunk[i - from];
    const place = places[i];
    const now = frame.received;
    for (; ticker.next <= now; ticker.next += TICK) aligner.tick(stampOf(ticker.next));
    const ticket = ledger.open(place, true);
    aligner.add(place, frame, ticket, now);
    ledger.close(ticket);
  }
}

function frameOf({ stamps, received, places }: Traffic, i: number): Frame {
  const { id, measurement } = STREAMS[places[i]];
  return {
    input: (i + 1) as InputNumber,
    stream: id,
    frameId: id,
    stamp: stampOf(stamps[i]),
    deviation: 0.0001,
    received: stampOf(received[i]),
    measurement,
  };
}

function alignerOf(config: AlignConfig, ledger: Ledger, onSet: () => void) {
  const dropCodes = DROP_REASONS.map((reason) => ledger.reasonCode(reason));
  const alignment = createAlignment(config, STREAMS.map(descriptorOf), {
    set: onSet,
    used: (ticket) => ledger.use(ticket),
    dropped: (ticket, reason) => ledger.release(ticket, dropCodes[reason]),
  });
  if (alignment === undefined) throw new Error('four streams were not aligned');
  return alignment.aligner;
}

/** A benchmark that loses frames measures nothing. */
function balance(ledger: Ledger): void {
  for (let place = 0; place < STREAMS.length; place += 1) {
    const { received, used, held, dropped } = ledger.account(place);
    const gone = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    if (received !== used + held + gone)
      throw new Error(`${STREAMS[place].id}: ${received} received, ${used + held + gone} told`);
  }
}

function descriptorOf({ id, hz, measurement }: BenchStream): StreamDescriptor {
  return { id, kind: measurement.kind, frameId: id, clock: { domain: 'none' }, nominalRate: hz, role: 'sensor' };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
