import { describe, expect, it } from 'vitest';
import { gnss } from '../../../drivers/gnss/receiver/driver.ts';
import { gnssEmulator } from '../../../drivers/gnss/receiver/emulator.ts';
import type { FixMeasurement } from '../../../src/frame/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { converse, createDecoding } from '../device/decoding.ts';
import { fixesOf, nmea, ubx } from './support.ts';

describeDevice({ driver: gnss, emulator: gnssEmulator, rate: 5 });

/** What a receiver says, then a silence. */
function heard(bytes: Uint8Array | string, config = {}) {
  const decoding = createDecoding(gnss, config);
  decoding.session.bytes(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  silence(decoding);
  return decoding.decoded;
}

function silence({ session }: ReturnType<typeof createDecoding>): void {
  for (let i = 0; i < 5; i += 1) session.tick?.(0 as never, () => undefined);
}

const unix = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

// A u-blox receiver of the ninth generation, as recorded for pyubx2's tests (github.com/semuconsulting/pyubx2, tests/pygpsdata-MIXED2.log).
const F9P_EPOCH = [
  '$GNRMC,090802.00,A,5327.03976,N,00214.41006,W,0.144,,220221,,,A,V*09',
  '$GNVTG,,T,,M,0.144,N,0.267,K,A*3F',
  '$GNGNS,090802.00,5327.03976,N,00214.41006,W,AANN,04,4.39,23.0,48.5,,,V*3D',
  '$GNGGA,090802.00,5327.03976,N,00214.41006,W,1,04,4.39,23.0,M,48.5,M,,*6D',
  '$GNGSA,A,3,14,24,,,,,,,,,,,5.18,4.39,2.76,1*03',
  '$GNGSA,A,3,69,79,,,,,,,,,,,5.18,4.39,2.76,2*02',
  '$GNGSA,A,3,,,,,,,,,,,,,5.18,4.39,2.76,3*02',
  '$GNGST,090802.00,29,116,32,160,44,20,31*6F',
  '$GNZDA,090802.00,22,02,2021,00,00*78',
];
const lines = (sentences: readonly string[]): string => sentences.map((one) => `${one}\r\n`).join('');
const without = (type: string): string => lines(F9P_EPOCH.filter((one) => one.slice(3, 6) !== type));

describe('NMEA', () => {
  it('becomes one fix a moment, with time, height above the ellipsoid, systems and covariance', () => {
    const { frames, dropped, troubles } = heard(lines(F9P_EPOCH));
    expect(frames).toHaveLength(1);
    expect(frames[0].device).toBe(unix('2021-02-22T09:08:02Z'));
    expect(frames[0].measurement).toEqual({
      kind: 'fix',
      latitude: 53 + 27.03976 / 60,
      longitude: -(2 + 14.41006 / 60),
      altitude: 71.5,
      quality: 'fix',
      service: 1 | 2,
      covariance: Float64Array.of(20 * 20, 0, 0, 0, 44 * 44, 0, 0, 0, 31 * 31),
    });
    expect([dropped, troubles]).toEqual([{}, []]);
  });

  it('takes what is there: GNS for GGA, RMC alone, ZDA for the date', () => {
    const [byGns] = fixesOf(heard(without('GGA')));
    expect([byGns.altitude, byGns.service]).toEqual([71.5, 3]);
    const [byRmc] = heard(F9P_EPOCH[0] + '\r\n').frames;
    expect(byRmc.measurement).toMatchObject({ quality: 'fix', latitude: 53 + 27.03976 / 60, service: 0 });
    expect((byRmc.measurement as FixMeasurement).altitude).toBeUndefined();
    const byZda = heard(without('RMC')).frames[0];
    expect(byZda.device).toBe(unix('2021-02-22T09:08:02Z'));
  });

  it('has no covariance unless one is told, or the error of a range', () => {
    expect(fixesOf(heard(without('GST')))[0].covariance).toBeUndefined();
    const [{ covariance }] = fixesOf(heard(without('GST'), { rangeError: 4 }));
    const plane = (4.39 * 4) ** 2 / 2;
    expect(covariance).toEqual(Float64Array.of(plane, 0, 0, 0, plane, 0, 0, 0, (2.76 * 4) ** 2));
  });

  it('tells the quality of every indicator', () => {
    const quality = (indicator: string): string =>
      fixesOf(heard(nmea(`GPGGA,120000,4651.9,N,00726.6,E,${indicator},08,1.0,500.0,M,48.0,M,,`)))[0].quality;
    expect([...'0123456789'].map(quality)).toEqual([
      'none',
      'fix',
      'sbas',
      'fix',
      'gbas',
      'gbas',
      'none',
      'none',
      'fix',
      'sbas',
    ]);
    const byMode = (modes: string): FixMeasurement =>
      fixesOf(heard(nmea(`GNGNS,120000,4651.9,N,00726.6,E,${modes},08,1.0,500.0,48.0,,`)))[0];
    expect(['NN', 'AN', 'NAAD', 'RRNN', 'E'].map((modes) => byMode(modes).quality)).toEqual([
      'none',
      'fix',
      'sbas',
      'gbas',
      'none',
    ]);
    expect(byMode('NAAD').service).toBe(2 | 4 | 8);
  });

  it('gives frames without a fix, or without a time, and says why', () => {
    // As a receiver says before it has seen anything; its date is that of its own clock, made up or not.
    const blind = heard(nmea('GNRMC,072921.00,V,,,,,,,170423,,,N,V') + nmea('GNGGA,072921.00,,,,,0,00,99.99,,,,,,'));
    expect(blind.frames).toMatchObject([{ device: 0n, measurement: { quality: 'none', latitude: NaN } }]);
    expect(blind.troubles).toEqual(['no time: not trusted before the first fix']);
    expect(heard(nmea('GPGGA,,,,,,0,00,99.99,,,,,,')).troubles).toEqual(['no time: the receiver does not know it yet']);
    expect(heard(F9P_EPOCH[3]).troubles).toEqual(['no date: the receiver must send RMC or ZDA']);
  });

  it('goes through midnight between two dates, and through a leap second', () => {
    const gga = (time: string): string => nmea(`GPGGA,${time},4651.9,N,00726.6,E,1,08,1.0,500.0,M,48.0,M,,`);
    const rmc = (time: string): string => nmea(`GPRMC,${time},A,4651.9,N,00726.6,E,0,0,311216,,,A`);
    const text = rmc('235959') + gga('235959') + rmc('235960') + gga('235960') + gga('000000.50');
    expect(heard(text).frames.map(({ device }) => device)).toEqual([
      unix('2016-12-31T23:59:59Z'),
      unix('2017-01-01T00:00:00Z'),
      unix('2017-01-01T00:00:00.5Z'),
    ]);
  });

  it('gives a fix as soon as all has come that came before; what comes late is waited for the next time', () => {
    const decoding = createDecoding(gnss);
    const say = (...texts: string[]): number => {
      for (const text of texts) decoding.session.bytes(Buffer.from(text, 'latin1'));
      return decoding.decoded.frames.length;
    };
    const rmc = (second: number): string => nmea(`GPRMC,12000${second},A,4651.9,N,00726.6,E,0,0,010126,,,A`);
    const gga = (second: number): string => nmea(`GPGGA,12000${second},4651.9,N,00726.6,E,1,08,1.0,500.0,M,48.0,M,,`);
    const gst = (second: number): string => nmea(`GPGST,12000${second},5,,,,1.0,2.0,3.0`);
    expect(say(rmc(0), gga(0))).toBe(0);
    expect(say(rmc(1))).toBe(1);
    expect(say(gga(1))).toBe(2);
    expect(say(gst(1))).toBe(2);
    expect(say(rmc(2), gga(2))).toBe(2);
    expect(say(gst(2))).toBe(3);
    expect(fixesOf(decoding.decoded)[2].covariance).toEqual(Float64Array.of(4, 0, 0, 0, 1, 0, 0, 0, 9));
    // The last one is damaged: the next moment ends this one.
    expect(say(rmc(3), gga(3), gst(3).replace('5', '6'))).toBe(3);
    expect(say(rmc(4))).toBe(4);
    expect(decoding.decoded.dropped).toEqual({ checksum: 1 });
  });

  it('is not what other instruments say, nor queries', () => {
    const { frames, dropped } = heard(
      nmea('INGGA,120000,4651.9,N,00726.6,E,1,08,1.0,500.0,M,48.0,M,,') + nmea('EIGPQ,GGA'),
    );
    expect([frames, dropped]).toEqual([[], {}]);
  });
});

// u-blox ZED-X20P: NAV-PVT, NAV-COV and NAV-HPPOSLLH of one moment, and the end of it (NAV-EOE), as recorded for pyubx2's tests
// (github.com/semuconsulting/pyubx2, tests/pygpsdata-NAV-ZED-X20P.log).
const X20P = {
  cov: 'b56201364000486a5d09000101000000c03f0000803fce4742406023003f8693b53f58bd8540f0a69340c88afa404d50f83c84b759bb100a003b97c3b73c2fb46a3ce4d6023dc8e9',
  pvt: 'b56201075c00306e5d09e9070819132614371d000000fb1c04000301ea1d042baafeadeddb1f64510100019400007e0a0000f00a0000fafffffffbffffffebffffff0800000000000000c100000080a812015f0000007f2c6d230000000000000000ed15',
  precise: 'b5620114240000000000306e5d09042baafeadeddb1f6451010001940000ffe304fdf0680000636d0000fe42',
  end: 'b56201610400486a5d097ee8',
};
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('UBX', () => {
  /** NAV-PVT of the recording, changed. */
  const pvt = (change: (payload: DataView) => void): Uint8Array =>
    ubx(0x0107, 92, (payload) => {
      bytesOf(X20P.pvt)
        .subarray(6, 98)
        .forEach((byte, i) => payload.setUint8(i, byte));
      change(payload);
    });

  it('becomes a fix: position, time to the nanosecond, accuracies', () => {
    const { frames, dropped, troubles } = heard(bytesOf(X20P.pvt));
    const plane = 2.686 ** 2 / 2;
    expect(frames).toHaveLength(1);
    expect(frames[0].device).toBe(unix('2025-08-25T19:38:20Z') + 269_563n);
    expect(frames[0].measurement).toEqual({
      kind: 'fix',
      latitude: 534_506_925 * 1e-7,
      longitude: -22_402_300 * 1e-7,
      altitude: 86.372,
      quality: 'fix',
      service: 0,
      covariance: Float64Array.of(plane, 0, 0, 0, plane, 0, 0, 0, 2.8 ** 2),
    });
    expect([dropped, troubles]).toEqual([{}, []]);
  });

  it('is made precise by what else is said of the moment', () => {
    // The recording's NAV-COV is of the second before: it is told to be of this one.
    const cov = ubx(0x0136, 64, (payload) => {
      bytesOf(X20P.cov)
        .subarray(6, 70)
        .forEach((byte, i) => payload.setUint8(i, byte));
      payload.setUint32(0, bytesOf(X20P.pvt).readUInt32LE(6), true);
    });
    const [fix] = fixesOf(heard(Buffer.concat([cov, bytesOf(X20P.pvt), bytesOf(X20P.precise)])));
    // 53.4506925 - 29e-9 degrees, -2.2402300 - 1e-9 degrees, 86372 + 0.4 mm.
    expect(fix.latitude).toBeCloseTo(53.450_692_471, 10);
    expect(fix.longitude).toBeCloseTo(-2.240_230_001, 10);
    expect(fix.altitude).toBeCloseTo(86.3724, 6);
    const [ee, en, eu, , nn, nu, , , uu] = fix.covariance ?? [];
    expect([ee, nn, uu].map((variance) => Number(variance.toFixed(4)))).toEqual([4.1794, 3.0356, 7.8294]);
    expect([en, eu, nu].map((value) => Number(value.toFixed(4)))).toEqual([0.5005, -4.6141, -1.4186]);
    // What PVT calls accuracy is the same by another name.
    expect(Math.sqrt(ee + nn)).toBeCloseTo(2.686, 2);
    // Of another moment it is left out.
    expect(fixesOf(heard(Buffer.concat([bytesOf(X20P.cov), bytesOf(X20P.pvt)])))[0].covariance?.[1]).toBe(0);
  });

  it('is over when the receiver says so', () => {
    const { session, decoded } = createDecoding(gnss);
    session.bytes(bytesOf(X20P.pvt));
    expect(decoded.frames).toHaveLength(0);
    session.bytes(bytesOf(X20P.end));
    expect(decoded.frames).toHaveLength(1);
  });

  it('says why there is no time, and no fix', () => {
    const why = (change: (view: DataView) => void): unknown => heard(pvt(change)).troubles[0];
    expect(why((view) => view.setUint8(11, 0x02))).toBe('no time: the receiver does not know it yet');
    expect(why((view) => view.setUint8(11, 0x03))).toBe('no time: leap seconds are not known yet');
    expect(why((view) => view.setUint8(6, 13))).toBe('no time: no such date');
    expect(why((view) => view.setUint8(21, 0))).toBe('no fix: the antenna must see the sky');
    const quality = (flags: number, type: number): string =>
      fixesOf(
        heard(
          pvt((view) => {
            view.setUint8(20, type);
            view.setUint8(21, flags);
          }),
        ),
      )[0].quality;
    expect([quality(1, 1), quality(1, 5), quality(3, 3), quality(0x43, 3), quality(0x83, 4)]).toEqual([
      'none',
      'none',
      'sbas',
      'gbas',
      'gbas',
    ]);
    // With three satellites the height is assumed.
    expect(fixesOf(heard(pvt((view) => view.setUint8(20, 2))))[0].altitude).toBeUndefined();
  });

  it('says that positions are off when many other messages come', () => {
    const decoding = createDecoding(gnss);
    for (let i = 0; i < 250; i += 1) decoding.session.bytes(ubx(0x0d01, 16, () => undefined));
    expect(decoding.decoded.troubles).toEqual(['no positions: GGA, RMC or UBX-NAV-PVT must be on']);
    decoding.session.bytes(bytesOf(X20P.pvt));
    silence(decoding);
    expect(decoding.decoded.troubles.at(-1)).toBeUndefined();
  });
});

describe('the emulated receiver', () => {
  it('speaks of the same place in NMEA and in UBX', () => {
    const both = createDecoding(gnss);
    const byNmea = createDecoding(gnss);
    converse(both, gnssEmulator.create(1), 0, 12);
    converse(byNmea, gnssEmulator.create(1), 0, 12, (bytes) => [[bytes.map((byte) => (byte === 0xb5 ? 0 : byte))]]);
    const [a, b] = [both, byNmea].map(({ decoded }) => fixesOf(decoded).slice(2, 50));
    expect(both.decoded.frames.slice(2, 50).map(({ device }) => device)).toEqual(
      byNmea.decoded.frames.slice(2, 50).map(({ device }) => device),
    );
    a.forEach((fix, i) => {
      expect(fix.latitude).toBeCloseTo(b[i].latitude, 6);
      expect(fix.longitude).toBeCloseTo(b[i].longitude, 6);
      expect(fix.altitude).toBeCloseTo(b[i].altitude ?? NaN, 0);
      expect(fix.covariance?.[4]).toBeCloseTo(1.44, 5);
      expect([fix.service, b[i].service]).toEqual([9, 9]);
    });
  });
});
