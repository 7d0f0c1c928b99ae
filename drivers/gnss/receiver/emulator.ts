import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { walkAt, type Walk } from '../walk.ts';
import { crc24qOf, fletcherOf, xorOf } from './checksum.ts';

const BAUD_RATE = 38_400;
const BYTES_PER_SECOND = BAUD_RATE / 10;
/** Fixes a second. */
const RATE = 5;
/** From a fix to its first byte, s. */
const COMPUTING = 0.04;
/** UTC when it is switched on, ms, and what GPS time is ahead of it. */
const START = Date.UTC(2026, 4, 1, 23, 59, 50);
const LEAP_MS = 18_000;
const GPS_EPOCH = Date.UTC(1980, 0, 6);
const WEEK_MS = 7 * 86_400_000;

/** A receiver on a walk in circles, with NMEA, UBX and corrections on one line, as u-blox' F9 are often set up. */
export const gnssEmulator: EmulatorDefinition = {
  device: 'gnss',
  summary: 'a satellite receiver on a walk, 5 fixes a second, NMEA and UBX',
  line: { kind: 'serial', baudRate: BAUD_RATE },
  create() {
    let epoch = 0;
    let waiting = epochOf(0);
    let sent = 0;
    return {
      until(seconds) {
        const parts: Uint8Array[] = [];
        for (;;) {
          const due = Math.floor((seconds - epoch / RATE - COMPUTING) * BYTES_PER_SECOND);
          if (due <= sent) return concatenated(parts);
          parts.push(waiting.subarray(sent, due));
          sent = due;
          if (due < waiting.length) continue;
          epoch += 1;
          waiting = epochOf(epoch);
          sent = 0;
        }
      },
    };
  },
};

function epochOf(number: number): Uint8Array {
  const ms = START + (number * 1000) / RATE;
  const walk = walkAt(number / RATE);
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time =
    two(date.getUTCHours()) +
    two(date.getUTCMinutes()) +
    (date.getUTCSeconds() + (ms % 1000) / 1000).toFixed(2).padStart(5, '0');
  const day = two(date.getUTCDate()) + two(date.getUTCMonth() + 1) + two(date.getUTCFullYear() % 100);
  const place = `${angleOf(walk.latitude, 2)},${walk.latitude < 0 ? 'S' : 'N'},${angleOf(walk.longitude, 3)},${walk.longitude < 0 ? 'W' : 'E'}`;
  const { separation, deviation } = walk;
  const sea = (walk.altitude - separation).toFixed(1);
  return concatenated([
    sentence(`GNRMC,${time},A,${place},1.944,,${day},,,A,V`),
    sentence(`GNGGA,${time},${place},1,12,0.60,${sea},M,${separation.toFixed(1)},M,,`),
    sentence('GNGSA,A,3,02,05,13,15,18,29,,,,,,,1.10,0.60,0.92,1'),
    sentence('GNGSA,A,3,03,08,15,24,25,30,,,,,,,1.10,0.60,0.92,3'),
    sentence(
      `GNGST,${time},12,,,,${deviation.north.toFixed(2)},${deviation.east.toFixed(2)},${deviation.up.toFixed(1)}`,
    ),
    ...ubxOf(ms, date, walk),
    // RTCM 3 type 1005, station 2003: an example that many decoders are tested on.
    REFERENCE_STATION,
  ]);
}

/** NAV-PVT, NAV-HPPOSLLH, NAV-COV. */
function ubxOf(ms: number, date: Date, { latitude, longitude, altitude, separation, deviation }: Walk): Uint8Array[] {
  const tow = (ms + LEAP_MS - GPS_EPOCH) % WEEK_MS;
  const { east, north, up } = deviation;
  const level = Math.hypot(east, north);
  const pvt = new DataView(new ArrayBuffer(92));
  pvt.setUint32(0, tow, true);
  pvt.setUint16(4, date.getUTCFullYear(), true);
  [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0x37,
  ].forEach((value, i) => pvt.setUint8(6 + i, value));
  pvt.setUint32(12, 25, true);
  pvt.setInt32(16, (ms % 1000) * 1e6, true);
  [3, 0x01, 0x0a, 12].forEach((value, i) => pvt.setUint8(20 + i, value));
  pvt.setInt32(24, Math.round(longitude * 1e7), true);
  pvt.setInt32(28, Math.round(latitude * 1e7), true);
  pvt.setInt32(32, Math.round(altitude * 1000), true);
  pvt.setInt32(36, Math.round((altitude - separation) * 1000), true);
  pvt.setUint32(40, Math.round(level * 1000), true);
  pvt.setUint32(44, Math.round(up * 1000), true);
  pvt.setUint16(76, 110, true);
  const precise = new DataView(new ArrayBuffer(36));
  precise.setUint32(4, tow, true);
  const split = (value: number, at: number, fineAt: number, parts: number): void => {
    const coarse = Math.trunc(value);
    precise.setInt32(at, coarse, true);
    precise.setInt8(fineAt, Math.round((value - coarse) * parts));
  };
  split(longitude * 1e7, 8, 24, 100);
  split(latitude * 1e7, 12, 25, 100);
  split(altitude * 1000, 16, 26, 10);
  split((altitude - separation) * 1000, 20, 27, 10);
  precise.setUint32(28, Math.round(level * 10_000), true);
  precise.setUint32(32, Math.round(up * 10_000), true);
  const cov = new DataView(new ArrayBuffer(64));
  cov.setUint32(0, tow, true);
  [0, 1, 1].forEach((value, i) => cov.setUint8(4 + i, value));
  [north * north, 0, 0, east * east, 0, up * up].forEach((value, i) => cov.setFloat32(16 + 4 * i, value, true));
  return [ubx(0x0107, pvt), ubx(0x0114, precise), ubx(0x0136, cov)];
}

/** `dddmm.mmmmm`. */
function angleOf(degrees: number, digits: number): string {
  const units = Math.round(Math.abs(degrees) * 60 * 1e5);
  const minutes = (units % 6_000_000) / 1e5;
  return String(Math.floor(units / 6_000_000)).padStart(digits, '0') + minutes.toFixed(5).padStart(8, '0');
}

function sentence(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'latin1');
  const sum = xorOf(bytes, 0, bytes.length).toString(16).toUpperCase().padStart(2, '0');
  return Buffer.from(`$${text}*${sum}\r\n`, 'latin1');
}

function ubx(type: number, payload: DataView): Uint8Array {
  const bytes = new Uint8Array(payload.byteLength + 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xb562);
  view.setUint16(2, type);
  view.setUint16(4, payload.byteLength, true);
  bytes.set(new Uint8Array(payload.buffer), 6);
  view.setUint16(bytes.length - 2, fletcherOf(bytes, 2, bytes.length - 2), true);
  return bytes;
}

function rtcm(payload: Uint8Array): Uint8Array {
  const bytes = Uint8Array.of(0xd3, payload.length >> 8, payload.length & 0xff, ...payload, 0, 0, 0);
  const crc = crc24qOf(bytes, 0, bytes.length - 3);
  bytes.set([crc >> 16, (crc >> 8) & 0xff, crc & 0xff], bytes.length - 3);
  return bytes;
}

const REFERENCE_STATION = rtcm(Buffer.from('3ED7D30202980EDEEF34B4BD62AC0941986F33', 'hex'));
