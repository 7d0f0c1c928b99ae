import type { InputBody } from '../../src/contract/index.ts';
import {
  NS_PER_MS,
  NS_PER_SECOND,
  stampOf,
  type DeviceClock,
  type Stamp,
  type StreamDescriptor,
} from '../../src/frame/index.ts';
import type { ClockName, StreamConfig } from './config.ts';
import type { Random } from './random.ts';
import type { Sensor } from './sensor.ts';

/** A sensor on its way to the host: its clock, and what delays and loses its frames. */
export interface Channel {
  readonly stream: StreamDescriptor;
  /** Receive time of the next input, ns since the start. */
  readonly due: () => number;
  /** Takes the next inputs: a frame, behind what is to be said of lost ones; or only that, where none gets through. */
  readonly take: () => InputBody[];
}

/** Unix ns at which virtual time starts: 2026-01-01T00:00:00Z. */
export const SIMULATION_EPOCH = 1_767_225_600_000_000_000n;

/** Clocks by their names in the configuration. A counter of 16 bits wraps every 6.6 s, one of 24 every 16.8 s. */
const CLOCKS: Readonly<Record<ClockName, DeviceClock>> = {
  counter16: { domain: 'counter', hz: 1e4, bits: 16 },
  counter24: { domain: 'counter', hz: 1e6, bits: 24 },
  counter32: { domain: 'counter', hz: 1e6, bits: 32 },
  counter64: { domain: 'counter', hz: 1e6, bits: 64 },
  unix: { domain: 'unix' },
  sequence: { domain: 'sequence', bits: 16 },
  none: { domain: 'none' },
};

/** How a stream's device tells time. */
export function clockOf(name: ClockName): DeviceClock {
  return CLOCKS[name];
}

/** When a sensor's channel, given this chance, takes its first sample, s. */
export function phaseOf({ rate }: StreamConfig, random: Random): number {
  // Behind the rate error of its clock and where that begins.
  random.uniform();
  random.uniform();
  return random.uniform() * (1 / rate);
}

/**
 * Joins a sensor with its clock and its way to the host. Frames of one channel never overtake each other.
 * @param phase when the first sample is taken, s; unset: at once for a reference, for others as chance has it
 */
export function createChannel(
  stream: StreamDescriptor,
  sensor: Sensor,
  config: StreamConfig,
  random: Random,
  phase?: number,
): Channel {
  const { clock } = stream;
  const period = 1 / config.rate;
  const drift = (2 * random.uniform() - 1) * config.driftPpm * 1e-6;
  const start = BigInt(Math.floor(random.uniform() * 2 ** 32));
  const first = phase ?? (stream.role === 'reference' ? 0 : random.uniform() * period);
  let stallAt = nextStall(0);
  let sample = 0;
  let lost = 0;
  let before = 0;
  let pending: ReturnType<typeof prepare> | undefined;

  function nextStall(from: number): number {
    return config.burstEverySeconds > 0 ? from + config.burstEverySeconds * random.exponential() : Infinity;
  }

  /** What the device's clock shows of the sample with this number. */
  function deviceTime(seconds: number, number: number): bigint | undefined {
    const elapsed = seconds * (1 + drift);
    switch (clock.domain) {
      case 'none':
        return undefined;
      case 'sequence':
        return BigInt.asUintN(clock.bits, start + BigInt(number));
      case 'counter':
        return BigInt.asUintN(clock.bits, start + BigInt(Math.round(elapsed * clock.hz)));
      case 'unix':
        return SIMULATION_EPOCH + BigInt(Math.round(elapsed * NS_PER_SECOND + wrongBy(seconds) * NS_PER_MS));
    }
  }

  /** By how much the time of day is set wrong: right, ahead, right, back, and so on, ms. */
  function wrongBy(seconds: number): number {
    if (config.wallStepEverySeconds === 0) return 0;
    return [0, 1, 0, -1][Math.floor(seconds / config.wallStepEverySeconds) % 4] * config.wallStepMs;
  }

  /** When what was sampled arrives: after its latency and the stall it falls into, behind what came before it. */
  function arrivalOf(seconds: number): Stamp {
    const delay = (config.latencyMs + config.jitterMs * random.exponential()) * NS_PER_MS;
    let at = (seconds + sensor.duration) * NS_PER_SECOND + delay;
    if (at >= stallAt * NS_PER_SECOND) {
      const over = stallAt * NS_PER_SECOND + config.burstMs * NS_PER_MS;
      if (at < over) at = over;
      else stallAt = nextStall(seconds);
    }
    before = Math.max(Math.round(at), before + 1);
    return stampOf(before);
  }

  /** What arrives next: samples that are lost are sampled all the same, since the world goes on. */
  function prepare(): { at: Stamp; inputs: InputBody[] } {
    const { id, frameId } = stream;
    for (;;) {
      const seconds = first + sample * period;
      sample += 1;
      const measurement = sensor.sample(seconds);
      // Looked at all the same, so that a sensor that is never heard of again does not hold up the others.
      if (measurement === undefined)
        return { at: stampOf(Math.max(before, Math.round(seconds * NS_PER_SECOND))), inputs: [] };
      const gone = random.uniform() < config.dropShare;
      if (gone) lost += 1;
      // Where hardly anything gets through, losses are told once a second all the same.
      if (gone && lost < config.rate) continue;
      const received = arrivalOf(seconds);
      const inputs: InputBody[] = [];
      if (lost > 0) {
        const event = { what: 'dropped', reason: 'channel loss', count: lost } as const;
        inputs.push({ kind: 'stream', at: received, stream: id, event });
        lost = 0;
      }
      if (!gone) {
        const device = deviceTime(seconds, sample);
        inputs.push({ kind: 'frame', arrival: { stream: id, frameId, device, received, measurement } });
      }
      return { at: received, inputs };
    }
  }

  return {
    stream,
    due: () => (pending ??= prepare()).at,
    take() {
      const { inputs } = (pending ??= prepare());
      pending = undefined;
      return inputs;
    },
  };
}
