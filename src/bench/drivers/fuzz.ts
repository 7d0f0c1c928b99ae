import {
  concatenated,
  framesOnly,
  saidUntil,
  type Chunk,
  type DeviceDriver,
  type DeviceOutput,
  type EmulatorDefinition,
} from '../../device/index.ts';
import { stampOf, type Measurement } from '../../frame/index.ts';
import { createRandom } from '../random.ts';

/** A driver, what stands in for its device, and its section of the configuration. */
export interface DeviceBench {
  readonly driver: DeviceDriver;
  readonly emulator: EmulatorDefinition;
  readonly config: object;
}

/** What came of many damaged inputs. */
export interface FuzzFigures {
  readonly inputs: number;
  /** Inputs at which the decoder threw: a defect. The first message stands beside. */
  readonly thrown: number;
  readonly firstError?: string;
  /** Longest time for one input, ms. */
  readonly slowestMs: number;
  /** Largest share of bytes put out (payloads and arrays of frames) for bytes taken in, over a thousand inputs. */
  readonly largestOutputShare: number;
  /** Times that good bytes after garbage gave no frame. */
  readonly notRecovered: number;
  readonly recoveries: number;
}

/** Inputs between two looks whether the decoder still finds what is good. */
const BETWEEN_LOOKS = 1000;
/** Device time that inputs are cut from, s. */
const MATERIAL_SECONDS = 2;
/** How often it is heard, s. */
const STEP = 0.01;

/**
 * Feeds a decoder with random, truncated and bit-flipped bytes, or messages with such parts, one session all along, and looks now
 * and then whether it finds the next good frames.
 * @param progress told of the share done
 */
export function fuzzDecoder(
  device: DeviceBench,
  inputs: number,
  seed: number,
  progress: (share: number) => void = () => undefined,
): FuzzFigures {
  const { driver, emulator, config } = device;
  const random = createRandom(seed);
  const said = sayings(device, seed, MATERIAL_SECONDS);
  const isOfMessages = said.some(([, topic]) => topic !== undefined);
  const line = concatenated(isOfMessages ? [] : said.map(([bytes]) => bytes));
  const material: readonly Chunk[] = isOfMessages ? said : [[line]];
  let outBytes = 0;
  let frames = 0;
  const session = driver.session(
    config,
    counting((bytes) => {
      outBytes += bytes;
      frames += 1;
    }),
    emulator.found,
  );
  let thrown = 0;
  let firstError: string | undefined;
  let slowestMs = 0;
  let largestOutputShare = 0;
  let notRecovered = 0;
  let recoveries = 0;
  let inBytes = 0;
  const attempt = (chunk: Chunk): void => {
    const started = performance.now();
    try {
      session.bytes(...chunk);
    } catch (error) {
      thrown += 1;
      firstError ??= error instanceof Error ? error.message : String(error);
    }
    slowestMs = Math.max(slowestMs, performance.now() - started);
  };
  for (let i = 1; i <= inputs; i += 1) {
    const chunk: Chunk = isOfMessages ? damagedMessage(material, random) : [damaged(line, random)];
    inBytes += partsOf(chunk).reduce((sum, { length }) => sum + length, 0);
    attempt(chunk);
    if (i % BETWEEN_LOOKS !== 0 && i !== inputs) continue;
    largestOutputShare = Math.max(largestOutputShare, outBytes / Math.max(1, inBytes));
    const before = frames;
    recoveries += 1;
    material.forEach(attempt);
    if (frames === before) notRecovered += 1;
    [inBytes, outBytes] = [0, 0];
    progress(i / inputs);
  }
  return {
    inputs,
    thrown,
    ...(firstError === undefined ? {} : { firstError }),
    slowestMs,
    largestOutputShare,
    notRecovered,
    recoveries,
  };
}

/** Random bytes, a piece of what the device says, or one in which bits have flipped. */
function damaged(material: Uint8Array, random: () => number): Uint8Array {
  const length = 1 + Math.floor(random() * 120);
  const kind = random();
  if (kind < 0.25 || material.length === 0) return Uint8Array.from({ length }, () => 256 * random());
  const from = Math.floor(random() * material.length);
  const piece = Uint8Array.from(material.subarray(from, from + length));
  if (kind < 0.5) return piece;
  return flipped(piece, random);
}

/** One to four bits have flipped. */
function flipped(bytes: Uint8Array, random: () => number): Uint8Array {
  const flips = 1 + Math.floor(random() * 4);
  for (let i = 0; i < flips; i += 1) bytes[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
  return bytes;
}

/** A message one part of which is damaged; now and then its last parts are missing, or it has more of them. */
function damagedMessage(messages: readonly Chunk[], random: () => number): Chunk {
  const message = messages[Math.floor(random() * messages.length)];
  const parts = [...partsOf(message)];
  const at = Math.floor(random() * parts.length);
  parts[at] = random() < 0.5 ? damaged(parts[at], random) : flipped(Uint8Array.from(parts[at]), random);
  if (random() < 0.1) parts.splice(1 + Math.floor(random() * parts.length));
  if (random() < 0.1) parts.push(damaged(parts[0], random));
  return [parts[0], message[1], parts.slice(1)];
}

function partsOf([bytes, , further = []]: Chunk): readonly Uint8Array[] {
  return [bytes, ...further];
}

/** Takes what a session puts out and tells of its bytes. */
export function counting(took: (bytes: number) => void): DeviceOutput {
  return framesOnly((_stream, _device, measurement) => took(bytesOf(measurement)));
}

function bytesOf(measurement: Measurement): number {
  let bytes = 0;
  for (const value of Object.values(measurement) as unknown[]) if (ArrayBuffer.isView(value)) bytes += value.byteLength;
  return bytes;
}

/** What a device says to a session that talks with it: ten ms at a time, from its being switched on. */
export function sayings({ driver, emulator, config }: DeviceBench, seed: number, seconds: number): Chunk[] {
  const device = emulator.create(seed);
  const write = (bytes: Uint8Array): void => device.told?.(bytes);
  const session = driver.session(
    config,
    counting(() => undefined),
    emulator.found,
  );
  session.opened?.(write);
  const chunks: Chunk[] = [];
  for (let at = STEP; at <= seconds; at += STEP) {
    for (const chunk of saidUntil(device, at)) {
      chunks.push(chunk);
      session.bytes(...chunk);
    }
    session.tick?.(stampOf(Math.round(at * 1e9)), write);
  }
  return chunks;
}
