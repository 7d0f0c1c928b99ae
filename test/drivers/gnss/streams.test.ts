import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gnss } from '../../../drivers/gnss/receiver/driver.ts';
import { gnssEmulator } from '../../../drivers/gnss/receiver/emulator.ts';
import { MessageCutter, type Message } from '../../../drivers/gnss/receiver/messages.ts';
import { describeWithData } from '../../support/requirements.ts';
import { createDecoding } from '../device/decoding.ts';
import { fletcher } from './support.ts';

/** What there is in a stream of bytes. */
interface Census {
  readonly nmea: string[];
  /** Class, identifier and payload, hexadecimal. */
  readonly ubx: string[];
  rtcm: number;
  damaged: number;
}

/**
 * The same by going through a file as a whole, byte by byte: at each place either a message with the right checksum, which is
 * gone over, or nothing. Every mark in what is left is one that was damaged; a piece left without a mark, but for ends of
 * lines, lost its own.
 */
function naiveCensus(file: Buffer): Census {
  const text = file.toString('latin1');
  const census: Census = { nmea: [], ubx: [], rtcm: 0, damaged: 0 };
  const sentence = /\$([A-Z]{2}[ -#%-)+-~]*)\*([0-9A-Fa-f]{2})/y;
  const mark = /\$[A-Z]{2}|\xb5\x62|\xd3(?=(.))/gs;
  let left = '';
  let isFirst = true;
  const leave = (): void => {
    const marks = [...left.matchAll(mark)].filter(([, length = '']) => length < '\x04').length;
    if (marks > 0) census.damaged += marks;
    else if (!isFirst && /[^\r\n]/.test(left)) census.damaged += 1;
    left = '';
  };
  const found = (length: number, at: number): number => {
    leave();
    isFirst = false;
    return at + length;
  };
  for (let at = 0; at < file.length;) {
    sentence.lastIndex = at;
    const match = sentence.exec(text);
    if (match !== null && match[0].length <= 1024) {
      const sum = [...match[1]].reduce((all, character) => all ^ character.charCodeAt(0), 0);
      if (sum === parseInt(match[2], 16)) {
        census.nmea.push(match[1]);
        at = found(match[0].length, at);
        continue;
      }
    }
    if (text.startsWith('\xb5\x62', at) && at + 8 <= file.length) {
      const length = file.readUInt16LE(at + 4);
      const end = at + 6 + length;
      if (end + 2 <= file.length && fletcher(file.subarray(at + 2, end)).every((sum, i) => sum === file[end + i])) {
        census.ubx.push(file.toString('hex', at + 2, at + 4) + file.toString('hex', at + 6, end));
        at = found(length + 8, at);
        continue;
      }
    }
    if (file[at] === 0xd3 && at + 6 <= file.length && file[at + 1] < 4) {
      const end = at + 3 + file.readUInt16BE(at + 1);
      if (end + 3 <= file.length && crc24q(file.subarray(at, end)) === file.readUIntBE(end, 3)) {
        census.rtcm += 1;
        at = found(end + 3 - at, at);
        continue;
      }
    }
    left += text[at];
    at += 1;
  }
  leave();
  return census;
}

/** Bit by bit, by the polynomial. */
function crc24q(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x800000) === 0 ? crc << 1 : (crc << 1) ^ 0x1864cfb;
  }
  return crc & 0xffffff;
}

/** What the cutter makes of it, some bytes at a time. */
function census(file: Uint8Array, step: number): Census {
  const found: Census = { nmea: [], ubx: [], rtcm: 0, damaged: 0 };
  const cutter = new MessageCutter({
    message(message: Message) {
      if (message.protocol === 'nmea') found.nmea.push(message.text);
      else if (message.protocol === 'ubx') found.ubx.push(hexOf(message.type, message.payload));
      else found.rtcm += 1;
    },
    damaged: () => (found.damaged += 1),
  });
  for (let at = 0; at < file.length; at += step) cutter.bytes(file.subarray(at, at + step));
  cutter.end();
  return found;
}

function hexOf(type: number, { buffer, byteOffset, byteLength }: DataView): string {
  return type.toString(16).padStart(4, '0') + Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

/** Moments that positions were told of in one protocol; `undefined` where both tell some. */
function momentsOf({ nmea, ubx }: Census): number | undefined {
  const byNmea = nmea.flatMap((text) => /^(?:G[NPLABQ]|BD)(?:GGA|GNS|RMC),([^,]*)/.exec(text)?.[1] ?? []);
  const byUbx = ubx.filter((hex) => hex.startsWith('0107')).map((hex) => hex.slice(4, 12));
  if (byNmea.length > 0 && byUbx.length > 0) return undefined;
  return [...byNmea, ...byUbx].filter((moment, i, all) => moment !== all[i - 1]).length;
}

describeWithData('streams of receivers, as recorded', (data) => {
  const folder = join(data, 'serial', 'gnss');
  const files = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));

  it.each(files)('$name: the good are kept, the damaged counted, nothing is thrown', ({ bytes }) => {
    const expected = naiveCensus(bytes);
    for (const step of [1 << 20, 61, 1]) expect(census(bytes, step)).toEqual(expected);
    const { session, decoded } = createDecoding(gnss);
    session.bytes(bytes);
    for (let i = 0; i < 5; i += 1) session.tick?.(0 as never, () => undefined);
    const dropped = Object.values(decoded.dropped).reduce((sum, count) => sum + count, 0);
    expect(dropped).toBe(expected.damaged);
    // A fix for every moment that positions were told of.
    const moments = momentsOf(expected);
    if (moments === undefined) expect(decoded.frames.length).toBeGreaterThan(0);
    else expect(decoded.frames).toHaveLength(moments);
  });

  it('are of every kind, and some are damaged', () => {
    const all = files.map(({ bytes }) => naiveCensus(bytes));
    const sum = (of: (census: Census) => number): number => all.reduce((total, one) => total + of(one), 0);
    expect(sum(({ nmea }) => nmea.length)).toBeGreaterThan(0);
    expect(sum(({ ubx }) => ubx.length)).toBeGreaterThan(0);
    expect(sum(({ rtcm }) => rtcm)).toBeGreaterThan(0);
    expect(sum(({ damaged }) => damaged)).toBeGreaterThan(0);
  });
});

describe('a cutter of messages', () => {
  const message = Buffer.from('b5620107000008 19'.replace(' ', ''), 'hex');

  it('agrees with going through the whole, whatever is damaged and however it is cut', () => {
    const material = gnssEmulator.create(1).until(2);
    const damage = fc.array(fc.tuple(fc.nat(material.length - 1), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(damage, fc.integer({ min: 1, max: 300 }), (flips, step) => {
        const bytes = Buffer.from(material);
        for (const [at, value] of flips) bytes[at] = value;
        expect(census(bytes, step)).toEqual(naiveCensus(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('is not held up by a length that is damaged: two good messages later it goes on', () => {
    const far = Uint8Array.of(0xb5, 0x62, 1, 7, 0, 0x1f);
    const seen: string[] = [];
    const cutter = new MessageCutter({
      message: ({ protocol }) => seen.push(protocol),
      damaged: (why) => seen.push(why),
    });
    cutter.bytes(far);
    cutter.bytes(message);
    expect(seen).toEqual([]);
    cutter.bytes(message);
    expect(seen).toEqual(['truncated', 'ubx', 'ubx']);
  });

  it('says why', () => {
    const why = (text: string): string[] => {
      const reasons: string[] = [];
      const cutter = new MessageCutter({ message: () => undefined, damaged: (reason) => reasons.push(reason) });
      cutter.bytes(message);
      cutter.bytes(Buffer.from(text, 'latin1'));
      cutter.end();
      return reasons;
    };
    expect(why('$GPGGA,1*00\r\n')).toEqual(['checksum']);
    expect(why('$GPGGA,1*0x\r\n')).toEqual(['checksum']);
    expect(why('$GPGGA,1\r\n')).toEqual(['no checksum']);
    expect(why('$GPGGA,\x00')).toEqual(['truncated']);
    expect(why('$GPGGA,1')).toEqual(['truncated']);
    expect(why(`$GPGGA,${'1'.repeat(2000)}`)).toEqual(['too long']);
    expect(why('\xb5\x62\x01\x07\xff\xff')).toEqual(['too long']);
    expect(why('\xd3\0\0\0\0\0')).toEqual(['checksum']);
    expect(why('hello')).toEqual(['noise']);
    expect(why('\r\n$\r\n')).toEqual(['noise']);
    expect(why('\r\n')).toEqual([]);
  });
});
