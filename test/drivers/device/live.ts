import { readdirSync, readlinkSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { readConfig, type Section } from '../../../src/config/index.ts';
import type { DriverDefinition, StreamEvent } from '../../../src/contract/index.ts';
import type { Arrival, DeviceClock, StreamDescriptor } from '../../../src/frame/index.ts';
import { createHost } from '../support/host.ts';

/** A device that is there: an emulated one on a line, or a real one. */
export interface LiveDevice {
  readonly definition: DriverDefinition;
  /** Hands over the section of its configuration, while the device is there. */
  readonly withDevice: (test: (config: Section) => Promise<void>) => Promise<void>;
  /** Frames a second of streams whose driver cannot tell; unset: those are not looked at. */
  readonly rate?: number;
  /** Frames of each stream that are looked at, at most. */
  readonly frames: number;
  /** Whether streams without a time of their own are timed by their arrivals: on a busy machine these come when they can. */
  readonly byArrival: boolean;
}

/** Makes a driver and opens it. */
export async function startDriver(definition: DriverDefinition, section: Section) {
  const host = createHost();
  const running = make(definition, section);
  await running.start(host, new AbortController().signal);
  const [first] = running.streams;
  const events = (): StreamEvent[] =>
    host.admitted.flatMap(({ body }) => (body.kind === 'stream' && body.stream === first.id ? [body.event] : []));
  const framesAfter = (count: number) => host.until(() => host.frames().length > count);
  return { host, running, events, framesAfter };
}

function make(definition: DriverDefinition, section: Section) {
  const document = { sources: { device: { driver: definition.type, ...section } } };
  return definition.create('device', readConfig(document, [definition]).sources['device'].config);
}

/** What a device is held to while nothing is wrong with it: pace, stamps, closing, and that nothing of it stays. */
export function describeLive({ definition, withDevice, rate, frames, byArrival }: LiveDevice): void {
  const usualRate = rate ?? 1;

  it('gives frames at its own pace, stamps rising', () =>
    withDevice(async (config) => {
      const { host, running } = await startDriver(definition, config);
      const slowest = Math.min(...running.streams.map(({ nominalRate = usualRate }) => nominalRate));
      const framesOf = (id: string) => host.frames().filter(({ stream }) => stream === id);
      const counts = new Map<string, number>();
      let seen = 0;
      await host.until(() => {
        for (const { body } of host.admitted.slice(seen)) {
          seen += 1;
          if (body.kind === 'frame') counts.set(body.arrival.stream, (counts.get(body.arrival.stream) ?? 0) + 1);
        }
        return running.streams.every(({ id }) => (counts.get(id) ?? 0) >= Math.max(3, Math.min(frames, 3 * slowest)));
      });
      await running.close();
      for (const stream of running.streams) {
        const its = framesOf(stream.id);
        for (let i = 1; i < its.length; i += 1) expectToFollow(its[i - 1], its[i], stream.clock);
        expectPace(its, stream, rate, byArrival);
      }
    }));

  it('is closed at any time, and more than once', () =>
    withDevice(async (config) => {
      const { running, host } = await startDriver(definition, config);
      await Promise.all([running.close(), running.close()]);
      const count = host.admitted.length;
      await running.close();
      expect(host.admitted.length).toBe(count);
      await make(definition, config).close();
      const controller = new AbortController();
      const opening = make(definition, config);
      const started = opening.start(createHost(), controller.signal);
      controller.abort(new Error('called off'));
      await started.catch(() => undefined);
      await opening.close();
    }));

  it('leaves no handle and no process behind', () =>
    withDevice(async (config) => {
      const once = async () => {
        const { running, framesAfter } = await startDriver(definition, config);
        await framesAfter(3);
        await running.close();
      };
      // What is loaded with the first one stays.
      await once();
      const before = held();
      // More than once: what a library still ended in the background when it was counted must not hide what is left behind.
      for (let i = 0; i < 3; i += 1) await once();
      // The other end, where it is in this process, learns a little later.
      await vi.waitUntil(() => beyond(held(), before).length === 0, { timeout: 5000 }).catch(() => undefined);
      expect(beyond(held(), before)).toEqual([]);
    }));
}

/** What there is now that was not there before, each as often as it is more. */
function beyond(now: readonly string[], before: readonly string[]): string[] {
  const rest = [...before];
  return now.filter((one) => {
    const at = rest.indexOf(one);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** Open files, by what they are, and handles of this process. */
function held(): string[] {
  const files = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, '')];
    } catch {
      // The folder's own.
      return [];
    }
  });
  const handles = process.getActiveResourcesInfo().filter((type) => type.endsWith('Wrap'));
  return [...files, ...handles].sort();
}

/** Unix time that no device of today tells, ns: 2015. A receiver that does not know the time says 0. */
const EARLIEST_UNIX = 1_420_000_000_000_000_000n;

function expectToFollow(before: Arrival, { device, received }: Arrival, clock: DeviceClock): void {
  expect(received).toBeGreaterThanOrEqual(before.received);
  expect(device === undefined).toBe(clock.domain === 'none');
  if (device === undefined || before.device === undefined) return;
  if (clock.domain === 'unix') {
    if (device !== 0n) expect(device).toBeGreaterThan(EARLIEST_UNIX);
    if (device !== 0n) expect(device).toBeGreaterThanOrEqual(before.device);
  } else if (clock.domain !== 'none') {
    expect(BigInt.asIntN(clock.bits, device - before.device)).toBeGreaterThanOrEqual(0n);
  }
}

/** Frames a second within a fifth of what the stream announces, by the device's own time where it has one. */
function expectPace(
  frames: readonly Arrival[],
  { id, clock, nominalRate }: StreamDescriptor,
  rate: number | undefined,
  byArrival: boolean,
): void {
  const due = nominalRate ?? rate;
  const [first, last] = [frames[0], frames[frames.length - 1]];
  const seconds =
    secondsBetween(first, last, clock) ?? (byArrival ? (last.received - first.received) / 1e9 : undefined);
  if (due === undefined || seconds === undefined) return;
  const is = (frames.length - 1) / seconds;
  expect(is, `frames a second of ${id}`).toBeGreaterThan(0.8 * due);
  expect(is, `frames a second of ${id}`).toBeLessThan(1.2 * due);
}

/** By the device's own time. */
function secondsBetween({ device: from }: Arrival, { device: to }: Arrival, clock: DeviceClock): number | undefined {
  if (from === undefined || to === undefined || from === 0n || to === 0n) return undefined;
  if (clock.domain === 'unix') return Number(to - from) / 1e9;
  return clock.domain === 'counter' ? Number(BigInt.asUintN(clock.bits, to - from)) / clock.hz : undefined;
}
