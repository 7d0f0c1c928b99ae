import { setTimeout as wait } from 'node:timers/promises';
import { SensoriumError } from '../contract/index.ts';
import { framesOnly, serialLink, type DeviceDriver } from '../device/index.ts';
import { stampOf } from '../frame/index.ts';

/** A driver to be tried on a port. */
export interface Candidate {
  readonly driver: DeviceDriver;
  /** Its section of the configuration, defaults filled in. */
  readonly config: object;
  readonly baudRate: number;
}

/** What was found on a port. */
export interface Probed {
  /** Types of the drivers that understood it, the one with most frames first. */
  readonly understood: readonly string[];
  /** Bytes that came, at whatever rate. */
  readonly bytes: number;
  /** Why it could not be opened. */
  readonly problem?: string;
}

/** How long a port is listened to at each rate, ms: two turns of a lidar and some packets of everything else. */
const LISTEN_MS = 700;

/**
 * Listens to a serial port at the rate of each driver, lets its session greet the device as it would when it runs, and sees which of
 * them make frames of what comes. Ports that others hold are left alone.
 */
export async function probePort(path: string, candidates: readonly Candidate[], listenMs = LISTEN_MS): Promise<Probed> {
  const frames = new Map<string, number>();
  let bytes = 0;
  for (const baudRate of new Set(candidates.map((candidate) => candidate.baudRate))) {
    const those = candidates.filter((candidate) => candidate.baudRate === baudRate);
    // Those that only listen can be tried at once; what one that talks brings about must not be taken for another's.
    for (const group of [those.filter(isSilent), ...those.filter((one) => !isSilent(one)).map((one) => [one])]) {
      if (group.length === 0) continue;
      try {
        bytes += await listen(path, baudRate, group, listenMs, frames);
      } catch (error) {
        return { understood: [], bytes, problem: error instanceof SensoriumError ? error.what : String(error) };
      }
    }
  }
  const understood = [...frames].sort(([, a], [, b]) => b - a).map(([type]) => type);
  return { understood, bytes };
}

async function listen(
  path: string,
  baudRate: number,
  group: readonly Candidate[],
  listenMs: number,
  frames: Map<string, number>,
): Promise<number> {
  let bytes = 0;
  const sessions = group.map((candidate) =>
    sessionOf(candidate, () => {
      const { type } = candidate.driver;
      frames.set(type, (frames.get(type) ?? 0) + 1);
    }),
  );
  const open = await serialLink({ port: path, baudRate }).open(
    {
      bytes(chunk) {
        bytes += chunk.length;
        for (const session of sessions) session.bytes(chunk);
      },
      closed: () => undefined,
    },
    AbortSignal.timeout(10 * listenMs),
  );
  for (const session of sessions) session.opened?.(open.write);
  const began = performance.now();
  for (let now = began; now - began < listenMs; now = performance.now()) {
    for (const session of sessions) session.tick?.(stampOf(Math.round((now - began) * 1e6)), open.write);
    await wait(100);
  }
  for (const session of sessions) session.closing?.(open.write);
  await open.close();
  return bytes;
}

function isSilent(candidate: Candidate): boolean {
  const session = sessionOf(candidate, () => undefined);
  return session.opened === undefined && session.tick === undefined;
}

function sessionOf({ driver, config }: Candidate, found: () => void) {
  return driver.session(config, framesOnly(found));
}
