import { nameStreams, type NamedStream, type SensoriumConfig } from '../config/index.ts';
import {
  SensoriumError,
  type Admit,
  type Driver,
  type DriverDefinition,
  type DriverHost,
  type DriverMount,
  type InputBody,
  type StreamEvent,
} from '../contract/index.ts';
import type { Stamp, StreamDescriptor, StreamId, UnixNs } from '../frame/index.ts';
import type { Log } from './log.ts';

/** Waiting time before the second, third, … attempt to open a source, ms: doubles up to what one that was unplugged has to wait, too. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 1500;

/** What a source needs of the daemon. */
export interface SourceHost {
  readonly now: () => Stamp;
  readonly epoch: UnixNs;
  readonly admit: Admit;
  readonly payload: DriverHost['payload'];
  readonly log: Log;
  /** Resolves after so many ms; rejects when the signal says so. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Told of an error that no further attempt can mend. */
  readonly fail: (error: unknown) => void;
}

/** A configured source: a driver, opened and opened again. */
export interface Source {
  readonly name: string;
  /** Its streams, under their configured names. */
  readonly streams: readonly StreamDescriptor[];
  /** Where its sensors sit, as far as its driver knows. */
  readonly mounts: readonly DriverMount[];
  readonly isOpen: () => boolean;
  /**
   * Resolves when the first attempt to open it is over, well or not; further ones follow on their own.
   * @throws SensoriumError E_CONFIG_*: no further attempt can mend it
   */
  start(host: SourceHost): Promise<void>;
  close(): Promise<void>;
}

/** ms to wait after the given number of failed attempts. */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
}

/** The sources of a configuration, in its order. Nothing is opened yet. */
export function createSources(config: SensoriumConfig, drivers: readonly DriverDefinition[]): Source[] {
  return Object.entries(config.sources).map(([name, { driver, config: its }]) => {
    const definition = drivers.find(({ type }) => type === driver);
    if (definition === undefined) throw new Error(`no driver ${driver}: the configuration was not checked`);
    return createSource(name, () => definition.create(name, its), config);
  });
}

function createSource(name: string, create: () => Driver, config: SensoriumConfig): Source {
  let driver = create();
  const named = nameStreams(config.streams, driver.streams, name);
  const streams = named.map(({ descriptor }) => descriptor);
  const stopping = new AbortController();
  let open = false;
  let retrying: Promise<void> | undefined;
  /** What the log said last of why it does not open. */
  let logged: string | undefined;

  function announce(host: SourceHost, event: StreamEvent): void {
    for (const { id } of streams) host.admit({ kind: 'stream', at: host.now(), stream: id, event });
  }

  async function attempt(host: SourceHost): Promise<boolean> {
    const rename = renaming(named);
    let accepting = true;
    const admit: Admit = (body) => {
      if (!accepting || stopping.signal.aborted) {
        if (body.kind === 'frame') body.arrival.lease?.release();
        return;
      }
      if (!open) {
        open = true;
        announce(host, { what: 'opened' });
      }
      host.admit(rename(body));
    };
    try {
      await driver.start({ now: host.now, epoch: host.epoch, payload: host.payload, admit }, stopping.signal);
      if (!open) {
        open = true;
        announce(host, { what: 'opened' });
      }
      host.log.info({ source: name }, 'opened');
      logged = undefined;
      return true;
    } catch (error) {
      accepting = false;
      open = false;
      await driver.close().catch(() => undefined);
      if (stopping.signal.aborted) return false;
      if (!(error instanceof SensoriumError) || error.code.startsWith('E_CONFIG_')) throw error;
      if (error.message !== logged) host.log.warn({ source: name, code: error.code }, error.message);
      logged = error.message;
      announce(host, { what: 'lost', reason: error.message });
      return false;
    }
  }

  async function retry(host: SourceHost): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      await host.delay(backoffMs(failures), stopping.signal);
      driver = create();
      if (await attempt(host)) return;
    }
  }

  return {
    name,
    streams,
    mounts: driver.mounts ?? [],
    isOpen: () => open,
    async start(host) {
      if (await attempt(host)) return;
      retrying = retry(host).catch((error: unknown) => {
        if (!stopping.signal.aborted) host.fail(error);
      });
    },
    async close() {
      stopping.abort();
      open = false;
      await retrying;
      await driver.close();
    },
  };
}

/** Puts the configured name and coordinate frame on what a driver admits. */
function renaming(named: readonly NamedStream[]): (body: InputBody) => InputBody {
  const byOriginal = new Map<StreamId, StreamDescriptor>(
    named.map(({ original, descriptor }) => [original, descriptor]),
  );
  return (body) => {
    if (body.kind === 'stream') {
      const stream = byOriginal.get(body.stream)?.id ?? body.stream;
      return stream === body.stream ? body : { ...body, stream };
    }
    if (body.kind !== 'frame') return body;
    const found = byOriginal.get(body.arrival.stream);
    if (found === undefined) return body;
    const { id: stream, frameId } = found;
    const { device, received, measurement, lease } = body.arrival;
    if (stream === body.arrival.stream && frameId === body.arrival.frameId) return body;
    return { kind: 'frame', arrival: { stream, frameId, device, received, measurement, lease } };
  };
}
