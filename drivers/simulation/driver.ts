import type { Driver, DriverHost, InputBody } from '../../src/contract/index.ts';
import type { Stamp, StreamId } from '../../src/frame/index.ts';
import { SIMULATION_EPOCH } from './channel.ts';
import type { SimulationConfig } from './config.ts';
import { inPayload } from './payload.ts';
import { createSource } from './source.ts';

/** Calls back after some ms until told not to. Exchanged in tests for one that they turn by hand. */
export type Repeat = (callback: () => void, everyMs: number) => () => void;

const repeatByTimer: Repeat = (callback, everyMs) => {
  const timer = setInterval(callback, everyMs);
  return () => clearInterval(timer);
};

/** Longest run, s: none that matters. */
const FOREVER = 1e9;
/** How often it looks whether something is due, ms, and the most inputs admitted in one go after a stall. */
const EVERY_MS = 2;
const AT_ONCE = 2000;

/** The simulated robot live: the same inputs as in virtual time, each admitted when the host's clock reaches its time. */
export function createDriver(config: SimulationConfig, repeat: Repeat = repeatByTimer): Driver {
  const source = createSource(config);
  let stop: (() => void) | undefined;
  return {
    streams: source.streams,
    mounts: source.mounts,
    start(host, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const started = host.now();
      const unix = new Set(source.streams.filter(({ clock }) => clock.domain === 'unix').map(({ id }) => id));
      const inputs = source.inputs(FOREVER)[Symbol.iterator]();
      let next = inputs.next();
      let open = true;
      const admitDue = (): void => {
        // Whoever takes an input may close the driver or call it off by it: asked before each.
        for (let i = 0; i < AT_ONCE && open && !signal.aborted && next.done !== true; i += 1) {
          if (timeOf(next.value) + started > host.now()) return;
          host.admit(live(next.value, host, started, unix));
          next = inputs.next();
        }
        if (signal.aborted) stop?.();
      };
      const cancel = repeat(admitDue, EVERY_MS);
      stop = () => {
        open = false;
        cancel();
      };
      return Promise.resolve();
    },
    close() {
      stop?.();
      stop = undefined;
      return Promise.resolve();
    },
  };
}

function timeOf(input: InputBody): number {
  return input.kind === 'frame' ? input.arrival.received : input.at;
}

/** A virtual input as the host sees it: received now, Unix stamps moved to the session's own time. */
function live(input: InputBody, host: DriverHost, started: Stamp, unixStreams: ReadonlySet<StreamId>): InputBody {
  const received = host.now();
  if (input.kind !== 'frame') return { ...input, at: received };
  const { arrival } = input;
  const unix = unixStreams.has(arrival.stream) && arrival.device !== undefined;
  const device = unix ? arrival.device - SIMULATION_EPOCH + host.epoch + BigInt(started) : arrival.device;
  const payload = inPayload(arrival.measurement, host);
  if (payload !== undefined) return { kind: 'frame', arrival: { ...arrival, device, received, ...payload } };
  const event = { what: 'dropped', reason: 'no memory', count: 1 } as const;
  return { kind: 'stream', at: received, stream: arrival.stream, event };
}
