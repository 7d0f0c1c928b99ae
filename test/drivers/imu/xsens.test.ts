import { describe, expect, it } from 'vitest';
import { motionAt } from '../../../drivers/imu/motion.ts';
import { messageOf } from '../../../drivers/imu/xsens/decode.ts';
import { xsens } from '../../../drivers/imu/xsens/driver.ts';
import { xsensEmulator } from '../../../drivers/imu/xsens/emulator.ts';
import { rotate } from '../../../src/geometry/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { converse, createDecoding } from '../device/decoding.ts';

describeDevice({ driver: xsens, emulator: xsensEmulator });

/*
 * Packets of an MTi-300, firmware 1.8.2, captured with MT Manager, which shows the values beside: github.com/Scottapotamas/xsens-mti,
 * test/test_xsens_mti_parse_messages.c.
 */
const FULL =
  'FAFF3692102002918D10600401363FA62010103F35E0423F31CD15BD9F49DBBDA938CF40200CBD635A90411D08D43E5FAA5040100CB91168003CC90100' +
  '3A0F7D0040300CBC3B29803C35FC003CA46E0080200C3CAEA241BB56D800BAD5AC018030103F80000037DF8801B6898000B608C000C0200CBEFBFBF2' +
  '3F33C485BFA0A2C108100442168000301004000186E1E0200400400003DD';
const SHAKEN =
  'FAFF368B102002FB8510600401A498DE2010103F2A1463BED7EFA73CDEE5083F1DCEC940200CC1F246C3C1ECE076C28F853F40100CBD932CCCBD920A16' +
  'BE3A6EEC40300C42519464C27B5A5AC1CCC0AE80200C40854D6DC125559EC0908E1F8030103F7FF8983BAA9EE5BC539EC0BBB9060CC0200C3EDC7439' +
  'BE752B483FAF9A3F301004000186DEE02004004814018E';
const QUATERNION = 'FAFF3626102002468210600401C4FC3E2010103F71CE6CBEA56BCF3C613BD8BD691D25E02004004000 0312'.replace(
  ' ',
  '',
);
/** No time; 12.20, 16.32 and float64. */
const FORMATS =
  'FAFF36511020023BDD20310CFFF04735FFFDC886073B35C88032180000000100 01FFE3E0C4FFFFFFEC2595FFFFFFF464E8FFFFC023183FEAAE0FC0000000' +
  'BFDBC9A7600000003FF9E2062000000008100441DB8000AC';
/** No time; the field in 12.20. */
const FIXED =
  'FAFF3637102002FE782010103F250C01BBCC0DD7BB22740C3F43AF57C0210C000F6422FFFBD622001C8003081206600000000018301304' +
  '00018D2546';

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const TIME = bytesOf('1060 04 00000064');
const MT_DATA_2 = 0x36;

describe('Xsens', () => {
  const decoded = (...packets: readonly Uint8Array[]) => {
    const decoding = createDecoding(xsens);
    for (const packet of packets) decoding.session.bytes(packet);
    return decoding.decoded;
  };
  /** The items of a captured packet, behind a time. */
  const timed = (hex: string): Uint8Array => messageOf(MT_DATA_2, Buffer.concat([TIME, bytesOf(hex).subarray(4, -1)]));

  it('reads what an MTi-300 sent', () => {
    const { frames, dropped, troubles } = decoded(bytesOf(FULL), bytesOf(SHAKEN), bytesOf(QUATERNION));
    expect([dropped, troubles]).toEqual([{}, []]);
    expect(frames.map(({ stream, device }) => [stream, device])).toEqual([
      ['imu', 20332454n],
      ['magneticField', 20332454n],
      ['imu', 27564254n],
      ['magneticField', 27564254n],
      ['imu', 29686846n],
    ]);
    const [full, field, shaken, , quaternion] = frames.map(({ measurement }) => measurement);
    if (full.kind !== 'imu' || shaken.kind !== 'imu' || field.kind !== 'magneticField') throw new Error('another kind');
    const near = (values: readonly number[] | undefined, expected: readonly number[], digits = 6) =>
      expected.forEach((value, i) => expect(values?.[i]).toBeCloseTo(value, digits));
    near(full.orientation, [0.71045315, 0.69453555, -0.07777759, -0.08262789]);
    near(full.linearAcceleration, [-0.05550629, 9.8146553, 0.21842313]);
    near(full.angularVelocity, [0.0213176, -0.00327826, -0.00163019]);
    near(field.field, [-0.49215657 * 49e-6, 0.7022174 * 49e-6, -1.25496686 * 49e-6], 11);
    near(shaken.linearAcceleration, [-30.28455162, -29.60960007, -71.76024628], 5);
    near(shaken.angularVelocity, [4.16570139, -10.33340263, -4.51734877]);
    expect(Object.keys(quaternion)).toEqual(['kind', 'orientation']);
    // At rest, gravity is where the orientation says: up.
    const up = rotate(full.orientation ?? [1, 0, 0, 0], full.linearAcceleration ?? [0, 0, 0]);
    near(up, [0, 0, 9.81], 1);
  });

  it('reads fixed point and double precision', () => {
    const { frames } = decoded(timed(FORMATS), timed(FIXED));
    const fields = frames.flatMap(({ measurement }) =>
      measurement.kind === 'magneticField' ? [measurement.field.map((tesla) => tesla / 49e-6)] : [],
    );
    [0.833747744560242, -0.434182971715927, 1.617681622505188].forEach((value, i) =>
      expect(fields[0][i]).toBeCloseTo(value, 12),
    );
    [0.9619465, -0.2602215, 1.7812529].forEach((value, i) => expect(fields[1][i]).toBeCloseTo(value, 6));
    // 16.32, of the packet FORMATS, as a rate of turn: -0.000429107808, -0.000302935718, -0.000177090988.
    const turn = bytesOf('8022 12 FFE3E0C4FFFF FFEC2595FFFF FFF464E8FFFF');
    const [{ measurement }] = decoded(messageOf(MT_DATA_2, Buffer.concat([TIME, turn]))).frames;
    if (measurement.kind !== 'imu') throw new Error('another kind');
    [-0.000429107808, -0.000302935718, -0.000177090988].forEach((value, i) =>
      expect(measurement.angularVelocity?.[i]).toBeCloseTo(value, 12),
    );
  });

  it('turns every world to east, north, up', () => {
    const half = '3F3504F3';
    const item = (id: string, q: readonly string[]) =>
      messageOf(MT_DATA_2, Buffer.concat([TIME, bytesOf(`${id}10${q.join('')}`)]));
    // The sensor's x points north: a quarter turn about up in ENU, none in NED and NWU (z of NED is down).
    const enu = item('2010', [half, '00000000', '00000000', half]);
    const ned = item('2014', ['3F800000', '00000000', '00000000', '00000000']);
    const nwu = item('2018', ['3F800000', '00000000', '00000000', '00000000']);
    const north = decoded(enu, ned, nwu).frames.map(({ measurement }) =>
      measurement.kind === 'imu' && measurement.orientation !== undefined
        ? [rotate(measurement.orientation, [1, 0, 0]), rotate(measurement.orientation, [0, 0, 1])]
        : [],
    );
    [1, -1, 1].forEach((up, i) => {
      [0, 1, 0].forEach((value, axis) => expect(north[i][0][axis]).toBeCloseTo(value, 6));
      expect(north[i][1][2]).toBeCloseTo(up, 6);
    });
  });

  it('reads a message of extended length', () => {
    const padding = Buffer.concat(Array.from({ length: 40 }, () => bytesOf('0810 04 42168000')));
    const long = messageOf(MT_DATA_2, Buffer.concat([padding, bytesOf(FULL).subarray(4, -1)]));
    expect(long[3]).toBe(0xff);
    expect(decoded(long).frames).toHaveLength(2);
  });

  it('says what its output lacks', () => {
    const { troubles, dropped, frames } = decoded(bytesOf(FORMATS), bytesOf(FULL));
    expect(troubles).toEqual(['its output has no SampleTimeFine', undefined]);
    expect([dropped, frames.length]).toEqual([{ 'no time': 1 }, 2]);
    const barren = decoded(...Array.from({ length: 100 }, () => messageOf(MT_DATA_2, TIME)));
    expect(barren.troubles).toEqual(['its output has no rate of turn, acceleration or quaternion']);
    const damaged = bytesOf(FULL);
    damaged[40] ^= 1;
    expect(decoded(damaged).dropped).toEqual({ checksum: 1 });
  });

  it('feels what the emulated one is exposed to', () => {
    const decoding = createDecoding(xsens);
    converse(decoding, xsensEmulator.create(1), 0, 2);
    const imu = decoding.decoded.frames.filter(({ stream }) => stream === 'imu');
    imu.forEach(({ device, measurement }, i) => {
      if (measurement.kind !== 'imu') throw new Error('another kind');
      const expected = motionAt(i / 100);
      expect(device).toBe(123_456n + 100n * BigInt(i));
      expect(measurement.angularVelocity?.[2]).toBeCloseTo(expected.angularVelocity[2], 8);
      expect(measurement.orientation?.[3]).toBeCloseTo(expected.orientation[3], 6);
    });
  });
});
