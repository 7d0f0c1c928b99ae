import { devices } from '../../../drivers/index.ts';
import { readConfig, type Section } from '../../../src/config/index.ts';
import {
  saidUntil,
  type Chunk,
  type DeviceDriver,
  type DeviceOutput,
  type DeviceSession,
  type EmulatedDevice,
} from '../../../src/device/index.ts';
import { stampOf, type Measurement, type StreamId } from '../../../src/frame/index.ts';

/** What a session made of some bytes. */
export interface Decoded {
  readonly frames: {
    readonly stream: StreamId;
    readonly device: bigint | undefined;
    readonly measurement: Measurement;
  }[];
  readonly dropped: Record<string, number>;
  readonly troubles: (string | undefined)[];
  readonly broken: string[];
}

/** The configuration of a device's source. */
export function configOf(driver: DeviceDriver, config: Section = {}): object {
  return readConfig({ sources: { device: { driver: driver.type, ...config } } }, [driver]).sources['device'].config;
}

/**
 * A session without a line.
 * @param now what the host's clock says while bytes come
 * @param found what opening the link found out; the emulator's unless said otherwise
 */
export function createDecoding(
  driver: DeviceDriver,
  config: Section = {},
  now: () => number = () => 0,
  found: unknown = devices.find(({ driver: { type } }) => type === driver.type)?.emulator.found,
): { readonly session: DeviceSession; readonly decoded: Decoded; readonly output: DeviceOutput } {
  const decoded: Decoded = { frames: [], dropped: {}, troubles: [], broken: [] };
  const output: DeviceOutput = {
    frame: (stream, device, measurement) => decoded.frames.push({ stream, device, measurement }),
    dropped: (_stream, reason, count = 1) => (decoded.dropped[reason] = (decoded.dropped[reason] ?? 0) + count),
    trouble: (_stream, reason) => decoded.troubles.push(reason),
    alive: () => undefined,
    broken: (reason) => decoded.broken.push(reason),
    payload: (bytes) => ({ data: new Uint8Array(bytes), retain: () => undefined, release: () => undefined }),
    received: () => stampOf(now()),
  };
  return { session: driver.session(configOf(driver, config), output, found), decoded, output };
}

/** Changes all parts of what a device says. */
export function changed([bytes, topic, further]: Chunk, how: (bytes: Uint8Array) => Uint8Array): Chunk {
  return [how(bytes), topic, further?.map(how)];
}

/** Seconds of a device and its session talking to one another, ten times a second; `through` sees what the device says. */
export function converse(
  { session }: { readonly session: DeviceSession },
  device: EmulatedDevice,
  from: number,
  to: number,
  through: (...chunk: Chunk) => readonly Chunk[] = (...chunk) => [chunk],
): void {
  const write = (bytes: Uint8Array): void => device.told?.(bytes);
  if (from === 0) session.opened?.(write);
  const step = 0.01;
  for (let at = Math.round(from / step) + 1; at <= Math.round(to / step); at += 1) {
    for (const chunk of saidUntil(device, at * step)) for (const part of through(...chunk)) session.bytes(...part);
    if (at % 10 === 0) session.tick?.(stampOf(at * step * 1e9), write);
  }
}
