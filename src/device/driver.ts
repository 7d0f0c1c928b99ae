import {
  defineDriver,
  SensoriumError,
  type Driver,
  type DriverDefinition,
  type DriverHost,
  type DriverMount,
  type PayloadBuffer,
  type SchemaTree,
  type StreamEvent,
} from '../contract/index.ts';
import type { Lease, Measurement, Stamp, StreamDescriptor, StreamId } from '../frame/index.ts';
import type { Chunk, Link, OpenLink } from './link.ts';
import { timingSchema, type TimingConfig } from './timing.ts';

/** What a session makes of its device's bytes. */
export interface DeviceOutput {
  /**
   * A measurement. Its time of reception is that of the bytes that completed it.
   * @param device time or number, in the unit of the stream's clock; `undefined` where that has none
   */
  readonly frame: (stream: StreamId, device: bigint | undefined, measurement: Measurement, lease?: Lease) => void;
  /** Frames that were lost before they were one: `checksum`, `overrun`, `truncated`, … */
  readonly dropped: (stream: StreamId, reason: string, count?: number) => void;
  /** Something is wrong with what the device measures although frames come (`no returns`); `undefined`: no more. */
  readonly trouble: (stream: StreamId, reason: string | undefined) => void;
  /** The device is there, though it gives no frame yet: an answer, a valid packet without a measurement. */
  readonly alive: () => void;
  /** The device cannot go on: the link is closed and opened again. */
  readonly broken: (reason: string) => void;
  /** Memory for a large payload; see DriverHost. */
  readonly payload: (bytes: number) => PayloadBuffer | undefined;
  /** Host monotonic time of the bytes at hand. */
  readonly received: () => Stamp;
}

/** A conversation with a device, from the opening of its link to the end: a decoder that may also talk. */
export interface DeviceSession {
  /** The link is open: what the device has to be told. */
  readonly opened?: (write: (bytes: Uint8Array) => void) => void;
  /** Bytes have come, or a message has. Never throws, whatever they are; they may be used again after the call. */
  readonly bytes: (...chunk: Chunk) => void;
  /** So many messages to a topic were lost on the way. */
  readonly missed?: (reason: string, count: number, topic: string) => void;
  /** The device's program has written a line to its standard error. */
  readonly said?: (line: string) => void;
  /** Time has passed, about ten times a second: for questions without an answer. */
  readonly tick?: (now: Stamp, write: (bytes: Uint8Array) => void) => void;
  /** Before the link is closed in order: what the device has to be told, such as to stop its motor. */
  readonly closing?: (write: (bytes: Uint8Array) => void) => void;
  /** The link is gone or closed, and nothing more will come: memory that is held for half a frame is let go. */
  readonly ended?: () => void;
}

/** A kind of device behind a link. @typeParam Found what opening its link finds out, for the session to know */
export interface DeviceDefinition<Config extends object, Found = undefined> {
  /** As written under `sources.<name>.driver`. */
  readonly type: string;
  readonly summary: string;
  readonly schema: SchemaTree;
  readonly streams: (config: Config) => readonly StreamDescriptor[];
  readonly mounts?: (config: Config) => readonly DriverMount[];
  readonly link: (config: Config) => Link<Found>;
  /** A new one for every opening. */
  readonly session: (config: Config & TimingConfig, output: DeviceOutput, found: Found) => DeviceSession;
  /** Time that the device is given for its first byte where that is longer than `silentSeconds`, s. */
  readonly startSeconds?: (config: Config) => number;
}

/** A driver of a device, and its decoder by itself: what is fuzzed, measured and tested without a line. */
export interface DeviceDriver extends DriverDefinition {
  /** @param found what opening the link would have found out: `EmulatorDefinition.found` */
  readonly session: (config: object, output: DeviceOutput, found?: unknown) => DeviceSession;
  readonly streamsOf: (config: object) => readonly StreamDescriptor[];
}

/** How often it looks whether something should have come, ms. */
const LOOK_MS = 100;

/**
 * Makes a driver of a device: opens its link, hands its bytes to a session, and looks after both. A link that is gone or
 * silent is `lost` with the reason and opened again until it works, after pauses that grow while it fails; bytes that
 * never make a frame are told as such. Other sources notice nothing.
 */
export function defineDevice<Config extends object, Found = undefined>(
  definition: DeviceDefinition<Config, Found>,
): DeviceDriver {
  const { type, summary, schema, streams, mounts, link, session, startSeconds } = definition;
  const driver = defineDriver<Config & TimingConfig>({
    type,
    summary,
    schema: { ...timingSchema, ...schema },
    create: (name, config) =>
      createDeviceDriver(
        at(`sources.${name}`, () => ({
          streams: streams(config),
          ...(mounts === undefined ? {} : { mounts: mounts(config) }),
          link: link(config),
          session: (output: DeviceOutput, found: unknown) => session(config, output, found as Found),
          startSeconds: startSeconds?.(config) ?? 0,
        })),
        config,
      ),
  });
  return {
    ...driver,
    session: (config, output, found) => session(config as Config & TimingConfig, output, found as Found),
    streamsOf: (config) => streams(config as Config),
  };
}

/** Puts the place in the configuration before what a definition says of its own keys. */
function at<T>(section: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SensoriumError) || !error.code.startsWith('E_CONFIG_')) throw error;
    throw new SensoriumError(error.code, error.what, { path: `${section}.${error.path ?? ''}`, cause: error });
  }
}

interface Device {
  readonly streams: readonly StreamDescriptor[];
  readonly mounts?: readonly DriverMount[];
  readonly link: Link<unknown>;
  readonly session: (output: DeviceOutput, found: unknown) => DeviceSession;
  readonly startSeconds: number;
}

/** One opening of the link. */
interface Opening {
  readonly open: OpenLink<unknown>;
  readonly session: DeviceSession;
  /** Whether any bytes have come. */
  hasSpoken: boolean;
  /** When the last bytes came, and the last sign of sense. */
  lastBytes: Stamp;
  lastSense: Stamp;
  /** Whether it was told that nothing makes sense. */
  isSenseless: boolean;
}

function createDeviceDriver(device: Device, timing: TimingConfig): Driver {
  const { streams, mounts, link, startSeconds } = device;
  const frameIds = new Map(streams.map(({ id, frameId }) => [id, frameId]));
  const closing = new AbortController();
  let current: Opening | undefined;
  let looking: NodeJS.Timeout | undefined;
  let retrying: NodeJS.Timeout | undefined;
  let attempt: Promise<unknown> = Promise.resolve();
  /** The link that was lost is being closed. */
  let leaving: Promise<void> = Promise.resolve();
  let closed: Promise<void> | undefined;
  let failures = 0;

  function tell(host: DriverHost, event: StreamEvent, only?: StreamId): void {
    for (const { id } of streams) {
      if (only !== undefined && only !== id) continue;
      host.admit({ kind: 'stream', at: host.now(), stream: id, event });
    }
  }

  /** @throws SensoriumError E_DRIVER */
  async function begin(host: DriverHost, signal: AbortSignal): Promise<void> {
    let received = host.now();
    const begun: { opening?: Opening } = {};
    const isCurrent = (): boolean => begun.opening !== undefined && begun.opening === current;
    const early: Chunk[] = [];
    const sense = (): void => {
      failures = 0;
      if (begun.opening === undefined) return;
      begun.opening.lastSense = received;
      if (!begun.opening.isSenseless) return;
      begun.opening.isSenseless = false;
      tell(host, { what: 'trouble' });
    };
    const output: DeviceOutput = {
      frame(stream, at, measurement, lease) {
        if (!isCurrent()) return lease?.release();
        sense();
        const frameId = frameIds.get(stream) ?? stream;
        const arrival = { stream, frameId, device: at, received, measurement, lease };
        host.admit({ kind: 'frame', arrival });
      },
      dropped(stream, reason, count = 1) {
        if (isCurrent()) tell(host, { what: 'dropped', reason, count }, stream);
      },
      trouble(stream, reason) {
        if (isCurrent()) tell(host, { what: 'trouble', reason }, stream);
      },
      alive() {
        if (isCurrent()) sense();
      },
      broken(reason) {
        if (isCurrent()) lose(host, reason);
      },
      payload: host.payload,
      received: () => received,
    };
    const take = (...chunk: Chunk): void => {
      if (begun.opening === undefined) return;
      received = host.now();
      begun.opening.lastBytes = received;
      // However long it took to begin: sense is expected from then on.
      if (!begun.opening.hasSpoken) begun.opening.lastSense = received;
      begun.opening.hasSpoken = true;
      begun.opening.session.bytes(...chunk);
    };
    const open = await link.open(
      {
        // What comes before the opening is over waits for it.
        bytes: (...chunk) => {
          if (begun.opening === undefined) early.push(copyOf(chunk));
          else if (isCurrent()) take(...chunk);
        },
        missed: (reason, count, topic) => {
          if (isCurrent()) begun.opening?.session.missed?.(reason, count, topic);
        },
        closed: (reason) => {
          if (isCurrent()) lose(host, reason);
          else early.length = 0;
        },
        said: (line) => {
          if (isCurrent()) begun.opening?.session.said?.(line);
        },
      },
      signal,
    );
    if (signal.aborted) {
      await open.close();
      signal.throwIfAborted();
    }
    const session = device.session(output, open.found);
    const since = host.now();
    begun.opening = { open, session, hasSpoken: false, lastBytes: since, lastSense: since, isSenseless: false };
    current = begun.opening;
    session.opened?.(open.write);
    for (const chunk of early.splice(0)) take(...chunk);
  }

  /** The link is gone, or is given up; it is opened again. */
  function lose(host: DriverHost, reason: string): void {
    const lost = current;
    if (lost === undefined || closing.signal.aborted) return;
    current = undefined;
    tell(host, { what: 'lost', reason });
    retryLater(host);
    lost.session.ended?.();
    leaving = lost.open.close();
  }

  function retryLater(host: DriverHost): void {
    const pause = Math.min(timing.longestRetrySeconds, timing.retrySeconds * 2 ** failures);
    failures += 1;
    retrying = setTimeout(() => {
      attempt = again(host);
    }, 1000 * pause);
  }

  async function again(host: DriverHost): Promise<void> {
    try {
      // Two programs do not get the same device.
      await leaving;
      await begin(host, closing.signal);
      tell(host, { what: 'opened' });
    } catch (error) {
      if (closing.signal.aborted) return;
      tell(host, { what: 'lost', reason: error instanceof SensoriumError ? error.what : String(error) });
      retryLater(host);
    }
  }

  function look(host: DriverHost): void {
    const opening = current;
    if (opening === undefined) return;
    const now = host.now();
    opening.session.tick?.(now, opening.open.write);
    if (opening !== current) return;
    const silent = seconds(now - opening.lastBytes);
    if (silent > Math.max(timing.silentSeconds, opening.hasSpoken ? 0 : startSeconds)) {
      lose(host, `nothing received for ${silent.toFixed(1)} s from ${link.description}`);
      return;
    }
    const senseless = seconds(now - opening.lastSense);
    if (opening.isSenseless || senseless <= timing.senselessSeconds || opening.lastBytes <= opening.lastSense) return;
    opening.isSenseless = true;
    const hint = link.suspicion === undefined ? '' : `: ${link.suspicion}`;
    tell(host, {
      what: 'trouble',
      reason: `no valid frames in ${timing.senselessSeconds} s from ${link.description}${hint}`,
    });
  }

  return {
    streams,
    ...(mounts === undefined ? {} : { mounts }),
    async start(host, signal) {
      await begin(host, AbortSignal.any([signal, closing.signal]));
      looking = setInterval(() => look(host), LOOK_MS);
      const callOff = (): void => void close();
      signal.addEventListener('abort', callOff, { once: true });
      closing.signal.addEventListener('abort', () => signal.removeEventListener('abort', callOff), { once: true });
    },
    close,
  };

  function close(): Promise<void> {
    closed ??= end();
    return closed;
  }

  async function end(): Promise<void> {
    closing.abort(new Error('closed'));
    clearInterval(looking);
    clearTimeout(retrying);
    // At once: whoever takes the first of two frames may close.
    const last = current;
    current = undefined;
    await attempt.catch(() => undefined);
    await leaving;
    if (last === undefined) return;
    last.session.closing?.(last.open.write);
    last.session.ended?.();
    await last.open.close();
  }
}

function copyOf([bytes, topic, further]: Chunk): Chunk {
  return [Uint8Array.from(bytes), topic, further?.map((part) => Uint8Array.from(part))];
}

function seconds(ns: number): number {
  return ns / 1e9;
}
