import { describe, expect, it } from 'vitest';
import { greeting, message, MessageCutter } from '../../../drivers/anything/sensorium/zmtp.ts';

const BASE = 'sensorium/robot/';

/**
 * What a PUB socket of libzmq 4.3.5 (npm zeromq 6) sends to a subscriber that speaks ZMTP 3.0 and asks `PING` with the context
 * `hi` between two messages, captured from its TCP connection; `y` stands for 300 times 79.
 */
const LIBZMQ = `
  ff00000000000000017f03014e554c4c00000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000 04190552454144590b536f636b65742d5479706500000003505542
  011473656e736f7269756d2f726f626f742f706f736501117b22736368656d61223a22506f736522
  7d02000000000000012c y
  040704504f4e476869011473656e736f7269756d2f726f626f742f7363616e01027b7d01027b7d00020102
`;

describe('the wire protocol', () => {
  const listen = (...chunks: Uint8Array[]) => {
    const found: unknown[] = [];
    const cutter = new MessageCutter(BASE, {
      message: (parts) => found.push(parts.map((part) => Buffer.from(part).toString('latin1'))),
      asked: (context) => found.push(`asked ${Buffer.from(context).toString()}`),
      ready: () => found.push('ready'),
      torn: () => found.push('torn'),
      refused: (reason) => found.push(reason),
    });
    for (const chunk of chunks) cutter.bytes(chunk);
    return found;
  };
  const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex');
  const three = (topic: string) => message([`${BASE}${topic}`, '{}', 'x'].map((part) => Buffer.from(part)));

  it('reads what libzmq writes', () => {
    expect(listen(bytes(LIBZMQ.replace('y', '79'.repeat(300))))).toEqual([
      'ready',
      [`${BASE}pose`, '{"schema":"Pose"}', 'y'.repeat(300)],
      [`${BASE}scan`, '{}', '{}', '\x01\x02'],
    ]);
  });

  it('refuses other languages', () => {
    const hello = Uint8Array.from(greeting('PUB').subarray(0, 64));
    expect(listen(hello)).toEqual([]);
    expect(listen(hello.with(10, 1))[0]).toBe('it speaks ZMTP 1, not 3');
    const curve = Uint8Array.from(hello);
    curve.set(Buffer.from('CURVE'), 12);
    expect(listen(curve)).toEqual(['it asks for CURVE security']);
    expect(listen(bytes('04 0a 05 4552524f52 03 6e6f21'))).toEqual(['it refuses the connection']);
  });

  it('takes answers to heartbeats between two parts', () => {
    const [head, rest] = [three('a').subarray(0, 2 + BASE.length + 1), three('a').subarray(2 + BASE.length + 1)];
    expect(listen(head, bytes('04 05 04 504f4e47'), rest)).toEqual([[`${BASE}a`, '{}', 'x']]);
  });

  it('goes on where the next message begins', () => {
    const two = message([`${BASE}a`, 'x'].map((part) => Buffer.from(part)));
    const five = message([`${BASE}a`, ...'xxxx'].map((part) => Buffer.from(part)));
    const endless = Buffer.concat([three('a').subarray(0, -3), bytes('02 00000000000fffff')]);
    const beyond = Buffer.concat([three('a').subarray(0, -3), bytes('02 7fffffffffffffff')]);
    for (const bad of [
      two,
      five,
      endless,
      beyond,
      bytes('09 00'),
      bytes('04 02 01 41'),
      Buffer.from('GET / HTTP/1.1'),
    ]) {
      const heard = (topic: string) => [`${BASE}${topic}`, '{}', 'x'];
      const chunks = [bad, three('b'), three('c'), bad, three('d'), bad, three('e')];
      const expected = ['torn', heard('b'), heard('c'), 'torn', heard('d'), 'torn', heard('e')];
      expect(listen(...chunks)).toEqual(expected);
      expect(listen(Buffer.concat(chunks))).toEqual(expected);
    }
  });
});
