import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Section } from '../../../src/config/index.ts';
import { saidUntil, type Chunk, type DeviceDriver, type EmulatorDefinition } from '../../../src/device/index.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { describeDriver } from '../conformance.ts';
import { changed, configOf, converse, createDecoding } from './decoding.ts';
import { describeLive, startDriver } from './live.ts';
import { openLine, type Line } from './line.ts';

/** How the suite meets a device. */
export interface DeviceUnderTest {
  readonly driver: DeviceDriver;
  readonly emulator: EmulatorDefinition;
  readonly config?: Section;
  /** Whether damaged bytes are told from good ones: a device without a checksum may let some through. */
  readonly hasChecksum?: boolean;
  /** What opens its line, where that takes more than the emulator. */
  readonly open?: (emulator: EmulatorDefinition) => Promise<Line>;
  /** Frames a second of streams whose driver cannot tell: as the emulated device is set up. */
  readonly rate?: number;
}

/** Time-outs for tests, s. */
const QUICK = { silentSeconds: 0.6, senselessSeconds: 0.5, retrySeconds: 0.05, longestRetrySeconds: 0.2 };

/** What every driver of a device is held to, by its decoder alone and on a line. */
export function describeDevice(device: DeviceUnderTest): void {
  const { driver, emulator, hasChecksum = true, open = openLine, rate = 1 } = device;
  describe(`the decoder of ${emulator.device}`, () => {
    const streams = driver.streamsOf(configOf(driver, device.config));
    const slowest = Math.min(...streams.map(({ nominalRate = rate }) => nominalRate));
    const seconds = Math.max(1, 5 / slowest);
    const isOfMessages = emulator.create(1).messages !== undefined;
    const whole = () => {
      const decoding = createDecoding(driver, device.config);
      converse(decoding, emulator.create(1), 0, seconds);
      return decoding.decoded;
    };

    it('gives every stream at its rate, and drops nothing', () => {
      const { frames, dropped, broken } = whole();
      for (const { id, nominalRate = rate, kind } of streams) {
        const its = frames.filter(({ stream }) => stream === id);
        expect(its.every(({ measurement }) => measurement.kind === kind)).toBe(true);
        expect(its.length, id).toBeGreaterThanOrEqual(Math.floor(0.8 * nominalRate * seconds) - 2);
        expect(its.length, id).toBeLessThanOrEqual(Math.ceil(1.1 * nominalRate * seconds) + 1);
      }
      expect([dropped, broken]).toEqual([{}, []]);
    });

    if (!isOfMessages)
      it('gives the same however the bytes are cut', () => {
        const expected = whole().frames;
        fc.assert(
          fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 97 })), (lengths) => {
            const decoding = createDecoding(driver, device.config);
            converse(decoding, emulator.create(1), 0, seconds, (bytes) => {
              const parts: Chunk[] = [];
              for (let at = 0; at < bytes.length;) {
                const length = lengths.next().value as number;
                parts.push([bytes.subarray(at, at + length)]);
                at += length;
              }
              return parts;
            });
            expect(decoding.decoded.frames).toEqual(expected);
          }),
          { numRuns: 10 },
        );
      });

    it('reads memory that is used again afterwards', () => {
      const decoding = createDecoding(driver, device.config);
      converse(decoding, emulator.create(1), 0, seconds, (...chunk) => {
        const reused: Uint8Array[] = [];
        const copy = (bytes: Uint8Array) => reused[reused.push(Uint8Array.from(bytes)) - 1];
        decoding.session.bytes(...changed(chunk, copy));
        for (const bytes of reused) bytes.fill(0xff);
        return [];
      });
      expect(decoding.decoded.frames).toEqual(whole().frames);
    });

    it('survives anything, and finds the next good frames', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(100), (garbage, cut) => {
          const decoding = createDecoding(driver, device.config);
          const emulated = emulator.create(1);
          converse(decoding, emulated, 0, seconds);
          // Half a frame, garbage, and on it goes.
          for (const torn of saidUntil(emulated, seconds + 0.01)) {
            decoding.session.bytes(...changed(torn, (bytes) => bytes.subarray(0, cut % (bytes.length + 1))));
            if (isOfMessages) decoding.session.bytes(...changed(torn, () => garbage));
          }
          if (!isOfMessages) decoding.session.bytes(garbage);
          const before = decoding.decoded.frames.length;
          converse(decoding, emulated, seconds + 0.01, 2 * seconds + 0.01);
          const after = decoding.decoded.frames.length - before;
          const due = streams.reduce((sum, { nominalRate = rate }) => sum + nominalRate, 0) * seconds;
          expect(after).toBeGreaterThanOrEqual(0.8 * due - 4 * streams.length);
        }),
        { numRuns: 30 },
      );
    });

    it('counts what is damaged', () => {
      const damagedEvery = (every: number) => {
        const decoding = createDecoding(driver, device.config);
        let count = 0;
        const damaged = (bytes: Uint8Array) =>
          Uint8Array.from(bytes, (byte) => ((count += 1) % every === 0 ? byte ^ 0x5a : byte));
        converse(decoding, emulator.create(1), 0, 2 * seconds, (...chunk) => [changed(chunk, damaged)]);
        return { count, ...decoding.decoded };
      };
      // Five bytes of all, however long its frames are.
      const { dropped, frames } = damagedEvery(Math.ceil(damagedEvery(Infinity).count / 5));
      const all = Object.values(dropped).reduce((sum, n) => sum + n, 0);
      if (hasChecksum) expect(all).toBeGreaterThan(0);
      expect(frames.length).toBeGreaterThan(0);
    });
  });

  const tools = { serial: ['socat'], tcp: [], files: ['mkfifo'], i2c: [], mqtt: ['mosquitto'], zeromq: [] }[
    emulator.line.kind
  ];
  const nowhere = nowhereFor(emulator);

  describeWithTools(tools, `${emulator.device}, always there,`, () => {
    const config: Record<string, unknown> = { ...device.config, ...QUICK };
    let line: Line | undefined;
    beforeAll(async () => {
      line = await open(emulator);
      Object.assign(config, line.config);
    });
    afterAll(() => line?.close());
    describeDriver({ definition: driver, config, unopenable: [{ config: nowhere, code: 'E_DRIVER' }] });
  });

  describeWithTools(tools, `${emulator.device} on a line`, () => {
    const withLine = async (test: (line: Line, config: Section) => Promise<void>): Promise<void> => {
      const line = await open(emulator);
      try {
        await test(line, { ...device.config, ...line.config, ...QUICK });
      } finally {
        await line.close();
      }
    };
    const start = (config: Section) => startDriver(driver, config);
    describeLive({
      definition: driver,
      withDevice: (test) => withLine((_line, config) => test(config)),
      rate,
      frames: 20,
      byArrival: false,
    });

    it('is lost when it falls silent, and back when it speaks again', () =>
      withLine(async (line, config) => {
        const { host, running, events, framesAfter } = await start(config);
        await framesAfter(0);
        line.mute(true);
        await host.until(() => events().some(({ what }) => what === 'lost'));
        expect(events().find(({ what }) => what === 'lost')).toMatchObject({
          reason: expect.stringMatching(/nothing received for/) as string,
        });
        line.mute(false);
        await framesAfter(host.frames().length);
        await running.close();
      }));

    it('leaves its line free when it is closed, even while it is being lost', () =>
      withLine(async (line, config) => {
        const { host, running, events, framesAfter } = await start(config);
        await framesAfter(0);
        line.mute(true);
        await host.until(() => events().some(({ what }) => what === 'lost'));
        await running.close();
        const next = await start(config);
        await next.running.close();
      }));

    it('is lost when it is unplugged, and back when it is plugged in again', () =>
      withLine(async (line, config) => {
        const { host, running, events, framesAfter } = await start(config);
        await framesAfter(0);
        await line.unplug();
        await host.until(() => events().some(({ what }) => what === 'lost'));
        await line.plug();
        await host.until(
          () => events().at(-1)?.what === 'opened' || events().some(({ what }, i) => what === 'opened' && i > 0),
        );
        await framesAfter(host.frames().length);
        await running.close();
      }));

    it('tells when what it says makes no sense', () =>
      withLine(async (line, config) => {
        const { host, running, events } = await start(config);
        line.mangle((bytes) => bytes.map((byte, i) => (byte * 31 + i * 7) & 0xff));
        await host.until(() => events().some((event) => event.what === 'trouble' && event.reason !== undefined));
        const trouble = events().find(({ what }) => what === 'trouble');
        expect(trouble).toMatchObject({ reason: expect.stringMatching(/^no valid frames in/) as string });
        if (emulator.line.kind === 'serial')
          expect(trouble).toMatchObject({ reason: expect.stringMatching(/baud rate$/) as string });
        await running.close();
      }));
  });
}

/** A configuration that leads to no device. */
function nowhereFor({ line }: EmulatorDefinition): Section {
  switch (line.kind) {
    case 'serial':
      return { port: '/dev/nothing-there' };
    case 'tcp':
      return { host: '127.0.0.1', port: 1 };
    case 'files':
      return line.config('/nothing-there');
    case 'i2c':
      return { bus: '/dev/i2c-9999' };
    case 'mqtt':
      return { mqtt: { url: 'mqtt://127.0.0.1:1' } };
    case 'zeromq':
      return { zeromq: { url: 'tcp://127.0.0.1:1' } };
  }
}
