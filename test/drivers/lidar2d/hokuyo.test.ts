import { describe, expect, it } from 'vitest';
import { hokuyo } from '../../../drivers/lidar2d/hokuyo/driver.ts';
import { hokuyoEmulator } from '../../../drivers/lidar2d/hokuyo/emulator.ts';
import { decode, encode, sumOf } from '../../../drivers/lidar2d/hokuyo/scip.ts';
import { rangeIn } from '../../../drivers/lidar2d/room.ts';
import { openEmulatedLine } from '../../../src/device/index.ts';
import type { Measurement } from '../../../src/frame/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, converse, createDecoding } from '../device/decoding.ts';
import { createHost } from '../support/host.ts';
import { URG_PARAMETERS, URG_SCAN, URG_STATUS, URG_VERSION } from './captures.ts';

describeDevice({ driver: hokuyo, emulator: hokuyoEmulator });

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const scanOf = (measurement: Measurement) => {
  if (measurement.kind !== 'scan') throw new Error('no scan');
  return measurement;
};
/** The captured scan as the answer to MD: the rest of such a reply is the same. */
const scanReply = (lines: readonly string[] = URG_SCAN): string =>
  ['MD0044072501000', '99b', ...lines.slice(2), '', ''].join('\n');

describe('SCIP 2.0', () => {
  it('reads the numbers of the specification', () => {
    // C-42-03320B, 6: two, three and four characters.
    expect(decode(bytes('CB'), 0, 2)).toBe(1234);
    expect(decode(bytes('1Dh'), 0, 3)).toBe(5432);
    expect(decode(bytes('m2@0'), 0, 4)).toBe(16_000_000);
    expect(Buffer.from(encode(16_000_000, 4)).toString()).toBe('m2@0');
    // Status 00 has the sum P, 99 has b.
    expect([...'Pb'].map((sum) => sum.charCodeAt(0))).toEqual([sumOf(bytes('00')), sumOf(bytes('99'))]);
  });
});

describe('Hokuyo', () => {
  it('takes steps, resolution and limits from a captured PP, and ranges from a captured scan', () => {
    const { session, decoded } = createDecoding(hokuyo);
    session.bytes(bytes(URG_VERSION + URG_PARAMETERS + URG_STATUS + scanReply()));
    expect([decoded.dropped, decoded.troubles]).toEqual([{}, []]);
    expect(decoded.frames).toHaveLength(1);
    const [{ measurement, device }] = decoded.frames;
    const { ranges, angleMin, angleMax, angleIncrement, scanTime, timeIncrement, rangeMin, rangeMax } =
      scanOf(measurement);
    expect(ranges).toHaveLength(682);
    // Counter-clockwise: the first step is on the right.
    expect(angleMin).toBeCloseTo((-340 * 2 * Math.PI) / 1024, 5);
    expect(angleMax).toBeCloseTo((341 * 2 * Math.PI) / 1024, 5);
    expect(angleIncrement).toBeCloseTo((2 * Math.PI) / 1024, 8);
    expect([scanTime, timeIncrement * 1024].map((time) => Number(time.toFixed(6)))).toEqual([0.1, 0.1]);
    expect([rangeMin, rangeMax].map((range) => Number(range.toFixed(3)))).toEqual([0.02, 5.6]);
    // Straight ahead 0C5: 293 mm. The first three are codes of errors, the fourth is 11N: 4190 mm.
    expect(ranges[384 - 44]).toBeCloseTo(0.293, 6);
    expect([...ranges.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(ranges[3]).toBeCloseTo(4.19, 6);
    // ZR3h is the time of step 0; step 44 is 4.3 ms later.
    expect(device).toBe(BigInt(decode(bytes('ZR3h'), 0, 4) + 4));
  });

  it('turns at the speed that it says it has, not that of its kind', () => {
    const { session, decoded } = createDecoding(hokuyo);
    const status = URG_STATUS.replace(/^SCSP.*$/m, () => {
      const line = 'SCSP:480[rpm]';
      return `${line};${String.fromCharCode(sumOf(bytes(line)))}`;
    });
    session.bytes(bytes(URG_PARAMETERS + status + scanReply()));
    expect(scanOf(decoded.frames[0].measurement).scanTime).toBeCloseTo(0.125, 6);
  });

  it('drops a scan of which a line is damaged or missing, and takes the next', () => {
    const { session, decoded } = createDecoding(hokuyo);
    session.bytes(bytes(URG_PARAMETERS + scanReply()));
    session.bytes(bytes(scanReply(URG_SCAN.map((line, i) => (i === 9 ? line.replace('0', '1') : line)))));
    session.bytes(bytes(scanReply(URG_SCAN.filter((_line, i) => i !== 9))));
    session.bytes(bytes(`MD0044072501${'0'.repeat(5000)}\n`));
    session.bytes(bytes(`\n${scanReply()}`));
    expect(decoded.dropped).toEqual({ checksum: 2, truncated: 1 });
    expect(decoded.frames).toHaveLength(2);
  });

  it('says why it does not scan, and that it does again', () => {
    const heard: string[] = [];
    const device = {
      until: () => new Uint8Array(),
      told: (said: Uint8Array) => heard.push(Buffer.from(said).toString()),
    };
    const decoding = createDecoding(hokuyo);
    converse(decoding, device, 0, 0.1);
    decoding.session.bytes(bytes(`QT\n00P\n\n${URG_VERSION}${URG_PARAMETERS}${URG_STATUS}`));
    expect(heard).toEqual(['SCIP2.0\n', 'QT\n', 'VV\n', 'PP\n', 'II\n', 'MD0044072501000\n']);
    decoding.session.bytes(bytes(`MD0044072501000\n50${String.fromCharCode(sumOf(bytes('50')))}\n\n`));
    expect(decoding.decoded.troubles).toEqual([
      'no scan, status 50: hardware trouble, such as of laser or motor (Sensor works well.)',
    ]);
    converse(decoding, device, 0.1, 1);
    expect(heard).toHaveLength(6);
    converse(decoding, device, 1, 1.3);
    expect(heard.slice(6)).toEqual(['QT\n']);
    decoding.session.bytes(bytes(scanReply()));
    expect(decoding.decoded.troubles.at(-1)).toBeUndefined();
  });

  it('says when it sees nothing at all', () => {
    const { session, decoded } = createDecoding(hokuyo);
    session.bytes(bytes(URG_PARAMETERS));
    const blind = URG_SCAN.map((line, i) => {
      const zeros = '0'.repeat(line.length - 1);
      return i < 3 ? line : zeros + String.fromCharCode(sumOf(bytes(zeros)));
    });
    for (let i = 0; i < 4; i += 1) session.bytes(bytes(scanReply(blind)));
    session.bytes(bytes(scanReply()));
    expect(decoded.troubles).toEqual([expect.stringMatching(/^no returns/), undefined]);
  });

  it('sees the room: rays counter-clockwise', () => {
    const decoding = createDecoding(hokuyo, { skip: 1 });
    converse(decoding, hokuyoEmulator.create(1), 0, 2);
    const { frames, troubles, dropped } = decoding.decoded;
    expect([troubles, dropped]).toEqual([[], {}]);
    expect(Number((frames[3].device ?? 0n) - (frames[2].device ?? 0n))).toBe(200);
    const { ranges, angleMin, angleIncrement } = scanOf(frames[2].measurement);
    ranges.forEach((range, i) => expect(range).toBeCloseTo(rangeIn(angleMin + i * angleIncrement), 2));
  });

  it('speaks over TCP too', async () => {
    const line = await openEmulatedLine({ ...hokuyoEmulator, line: { kind: 'tcp', port: 10_940 } });
    if (!('host' in line.config)) throw new Error('not on TCP');
    const { host: address, port: tcpPort } = line.config;
    const running = hokuyo.create('lidar', configOf(hokuyo, { host: address, tcpPort }));
    const host = createHost();
    await running.start(host, new AbortController().signal);
    await host.until(() => host.frames().length >= 3);
    await running.close();
    await line.close();
    expect(host.frames().every(({ measurement }) => measurement.kind === 'scan')).toBe(true);
  });
});
