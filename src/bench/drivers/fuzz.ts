import {
  concatenated,
  framesOnly,
  saidUntil,
  type Chunk,
  type DeviceDriver,
  type DeviceOutput,
  type DeviceSession,
  type EmulatorCase,
  type EmulatorDefinition,
  type ProgramEmulator,
} from '../../device/index.ts';
import type { PayloadBuffer } from '../../contract/index.ts';
import { bytesOf, stampOf } from '../../frame/index.ts';
import { createRandom } from '../../random/index.ts';

/** A driver, what stands in for its device, and its section of the configuration. */
export interface DeviceBench {
  readonly name: string;
  readonly driver: DeviceDriver;
  readonly emulator: Pick<EmulatorDefinition, 'create' | 'found'>;
  readonly config: object;
  /** Bytes of the largest frame that garbage may announce, and that has to be over before the next one is found; unset: less than one. */
  readonly largestFrame?: number;
}

/** What a device and its driver are tried with. */
export function deviceBench(driver: DeviceDriver, emulator: EmulatorDefinition, config: object): DeviceBench {
  return { name: emulator.device, driver, emulator, config };
}

/** What a program and its driver are tried with, for one of the emulator's cases. */
export function programBench(
  driver: DeviceDriver,
  emulator: ProgramEmulator,
  { name, args, largestFrame }: EmulatorCase,
  config: object,
): DeviceBench {
  return { name, driver, emulator: { create: (seed) => emulator.create(seed, args) }, config, largestFrame };
}

/** What came of many damaged inputs. */
export interface FuzzFigures {
  readonly inputs: number;
  /** Inputs at which the decoder threw: a defect. The first message stands beside. */
  readonly thrown: number;
  readonly firstError?: string;
  /** Longest time for one input, ms: of the processor, as what other programs took is not the decoder's. */
  readonly slowestMs: number;
  /** Largest share of bytes put out (payloads and arrays of frames) for bytes taken in, over a thousand inputs. */
  readonly largestOutputShare: number;
  /** Times that good bytes after garbage gave no frame, nor after an opening that was asked for. */
  readonly notRecovered: number;
  /**
   * Most frames that were missing of those in two seconds of good bytes after garbage, where no opening was needed. Garbage may end
   * within a packet, and a sweep of which a part is garbage is none.
   */
  readonly mostMissing: number;
  readonly recoveries: number;
  /** Times that it took a new opening, which the decoder asked for once its patience was over. */
  readonly reopened: number;
  /** Payloads that the session still held when all was over: a defect. */
  readonly held: number;
}

/** Inputs between two looks whether the decoder still finds what is good. */
const BETWEEN_LOOKS = 1000;
/** Device time that inputs are cut from, s. */
const MATERIAL_SECONDS = 2;
/** Longest input, bytes: some packets of a device, or a small picture with what stands around it. */
const LONGEST = { packets: 120, frames: 1500 };
/** When all patience is over. */
const LATE = stampOf(3600e9);
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
  const { driver, emulator, config, largestFrame } = device;
  const random = createRandom(seed);
  const said = sayings(device, seed, MATERIAL_SECONDS);
  const isOfMessages = said.some(([, topic]) => topic !== undefined);
  const line = concatenated(isOfMessages ? [] : said.map(([bytes]) => bytes));
  const material: readonly Chunk[] = isOfMessages ? said : [[line]];
  const longest = largestFrame === undefined ? LONGEST.packets : LONGEST.frames;
  const attemptAll = (): void => material.forEach((chunk) => attempt(chunk));
  let outBytes = 0;
  let frames = 0;
  let held = 0;
  const output = framesOnly((_stream, _device, measurement, lease) => {
    outBytes += bytesOf(measurement);
    frames += 1;
    lease?.release();
  });
  const payload = (bytes: number): PayloadBuffer => {
    held += 1;
    return { data: new Uint8Array(bytes), retain: () => (held += 1), release: () => (held -= 1) };
  };
  let isAskedFor = false;
  const broken = (): void => void (isAskedFor = true);
  const open = (): DeviceSession => driver.session(config, { ...output, payload, broken }, emulator.found);
  let session = open();
  let thrown = 0;
  let firstError: string | undefined;
  let slowestMs = 0;
  let largestOutputShare = 0;
  let notRecovered = 0;
  let mostMissing = 0;
  let recoveries = 0;
  let reopened = 0;
  let inBytes = 0;
  const attempt = (chunk: Chunk): void => {
    const started = performance.now();
    const before = process.cpuUsage();
    try {
      session.bytes(...chunk);
    } catch (error) {
      thrown += 1;
      firstError ??= error instanceof Error ? error.message : String(error);
    }
    const took = performance.now() - started;
    if (took <= slowestMs) return;
    const { user, system } = process.cpuUsage(before);
    // Threads that collect garbage count too: neither alone is the truth, the smaller one is the better bound.
    slowestMs = Math.max(slowestMs, Math.min(took, (user + system) / 1000));
  };
  /** Time passes; where the decoder then gives up, as a camera's without a picture, it has a new life. */
  const isOpenedAgain = (): boolean => {
    isAskedFor = false;
    session.tick?.(LATE, () => undefined);
    if (!isAskedFor) return false;
    session.ended?.();
    session = open();
    reopened += 1;
    return true;
  };
  attemptAll();
  const whole = frames;
  for (let i = 1; i <= inputs; i += 1) {
    const chunk: Chunk = isOfMessages ? damagedMessage(material, random, longest) : [damaged(line, random, longest)];
    inBytes += partsOf(chunk).reduce((sum, { length }) => sum + length, 0);
    attempt(chunk);
    if (i % BETWEEN_LOOKS !== 0 && i !== inputs) continue;
    largestOutputShare = Math.max(largestOutputShare, outBytes / Math.max(1, inBytes));
    const before = frames;
    recoveries += 1;
    for (let over = 0; frames === before; over += line.length) {
      attemptAll();
      if (over >= (largestFrame ?? 0)) break;
    }
    if (frames > before) mostMissing = Math.max(mostMissing, whole - (frames - before));
    else if (isOpenedAgain()) attemptAll();
    if (frames === before) notRecovered += 1;
    [inBytes, outBytes] = [0, 0];
    progress(i / inputs);
  }
  session.ended?.();
  return {
    inputs,
    thrown,
    ...(firstError === undefined ? {} : { firstError }),
    slowestMs,
    largestOutputShare,
    notRecovered,
    mostMissing,
    recoveries,
    reopened,
    held,
  };
}

/** Random bytes, a piece of what the device says, or one in which bits have flipped. */
function damaged(material: Uint8Array, random: () => number, longest: number): Uint8Array {
  const length = 1 + Math.floor(random() * longest);
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
function damagedMessage(messages: readonly Chunk[], random: () => number, longest: number): Chunk {
  const message = messages[Math.floor(random() * messages.length)];
  const parts = [...partsOf(message)];
  const at = Math.floor(random() * parts.length);
  parts[at] = random() < 0.5 ? damaged(parts[at], random, longest) : flipped(Uint8Array.from(parts[at]), random);
  if (random() < 0.1) parts.splice(1 + Math.floor(random() * parts.length));
  if (random() < 0.1) parts.push(damaged(parts[0], random, longest));
  return [parts[0], message[1], parts.slice(1)];
}

function partsOf([bytes, , further = []]: Chunk): readonly Uint8Array[] {
  return [bytes, ...further];
}

/** Takes what a session puts out and tells of its bytes. */
export function counting(took: (bytes: number) => void): DeviceOutput {
  return framesOnly((_stream, _device, measurement) => took(bytesOf(measurement)));
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
