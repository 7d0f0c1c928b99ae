import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messages } from '../../../drivers/anything/messages/driver.ts';
import { createDecoding } from '../device/decoding.ts';

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replace(/[^0-9a-f]/gi, ''), 'hex');
const hexOf = (text: string): string => Buffer.from(text).toString('hex');
/** A short text with its head. */
const short = (text: string): string => (0xa0 + Buffer.byteLength(text)).toString(16) + hexOf(text);
const heard = (streams: object, ...parts: (string | Uint8Array)[]) => {
  const { session, decoded } = createDecoding(messages, { encoding: 'msgpack', streams });
  for (const part of parts) session.bytes(typeof part === 'string' ? bytesOf(part) : part);
  return decoded;
};
const WORDS = { text: { kind: 'text' } };
const hello = `81 ${short('text')} ${short('hello')}`;
const HELLO = { kind: 'text', text: 'hello', duration: 0 };

describe('objects of MessagePack', () => {
  it('are understood as msgpack.org shows them', () => {
    // The example of https://msgpack.org: {"compact":true,"schema":0}. A map, but of no measurement.
    const { troubles, dropped } = heard(WORDS, '82 a7 63 6f 6d 70 61 63 74 c3 a6 73 63 68 65 6d 61 00');
    expect([troubles, dropped]).toEqual([
      ['compact: expected one of text, language, speaker, duration, got "compact"'],
      { invalid: 1 },
    ]);
  });

  /*
   * Byte strings of https://github.com/kawanet/msgpack-test-suite (dist/msgpack-test-suite.json), each as the value of a field.
   */
  it('have numbers of every format, as the test suite for MessagePack has them', () => {
    const suite: readonly (readonly [number, readonly string[]])[] = [
      [0, ['00', 'cc-00', 'cd-00-00', 'ce-00-00-00-00', 'cf-00-00-00-00-00-00-00-00', 'd0-00', 'ca-00-00-00-00']],
      [127, ['7f', 'cc-7f', 'cd-00-7f', 'd1-00-7f', 'd2-00-00-00-7f', 'd3-00-00-00-00-00-00-00-7f']],
      [65_536, ['ce-00-01-00-00', 'cf-00-00-00-00-00-01-00-00', 'd2-00-01-00-00', 'd3-00-00-00-00-00-01-00-00']],
      [4_294_967_295, ['ce-ff-ff-ff-ff', 'cf-00-00-00-00-ff-ff-ff-ff', 'cb-41-ef-ff-ff-ff-e0-00-00']],
      [-1, ['ff', 'd0-ff', 'd1-ff-ff', 'd2-ff-ff-ff-ff', 'd3-ff-ff-ff-ff-ff-ff-ff-ff', 'ca-bf-80-00-00']],
      [-32, ['e0', 'd0-e0', 'ca-c2-00-00-00', 'cb-c0-40-00-00-00-00-00-00']],
      [-32_768, ['d1-80-00', 'd2-ff-ff-80-00', 'd3-ff-ff-ff-ff-ff-ff-80-00']],
      [-0.5, ['ca-bf-00-00-00', 'cb-bf-e0-00-00-00-00-00-00']],
      [281_474_976_710_656, ['cf-00-01-00-00-00-00-00-00', 'ca-57-80-00-00', 'cb-42-f0-00-00-00-00-00-00']],
    ];
    for (const [value, forms] of suite)
      for (const form of forms) {
        const told = `82 ${short('quantity')} ${short('temperature')} ${short('value')} ${form}`;
        expect(heard({ it: { kind: 'scalar' } }, told).frames[0]?.measurement, form).toMatchObject({ value });
      }
  });

  it('have texts of every format, as the test suite has them', () => {
    const suite: readonly (readonly [string, readonly string[]])[] = [
      ['', ['a0', 'd9-00', 'da-00-00', 'db-00-00-00-00']],
      ['a', ['a1-61', 'd9-01-61', 'da-00-01-61', 'db-00-00-00-01-61']],
      ['Кириллица', ['b2-d0-9a-d0-b8-d1-80-d0-b8-d0-bb-d0-bb-d0-b8-d1-86-d0-b0']],
      ['ひらがな', ['ac-e3-81-b2-e3-82-89-e3-81-8c-e3-81-aa', 'd9-0c-e3-81-b2-e3-82-89-e3-81-8c-e3-81-aa']],
      ['한글', ['a6-ed-95-9c-ea-b8-80']],
      ['🍺', ['a4-f0-9f-8d-ba', 'd9-04-f0-9f-8d-ba']],
    ];
    for (const [text, forms] of suite)
      for (const form of forms)
        expect(heard(WORDS, `81 ${short('text')} ${form}`).frames[0]?.measurement, form).toMatchObject({ text });
  });

  it('have stamps of 64 bits, as the test suite has them', () => {
    const stamps = (clock: string, form: string) =>
      heard({ it: { kind: 'text', clock } }, `82 ${short('stamp')} ${form} ${short('text')} a0`).frames[0]?.device;
    expect(stamps('counter', 'cf-ff-ff-ff-ff-ff-ff-ff-ff')).toBe(18_446_744_073_709_551_615n);
    expect(stamps('unix', 'd3-7f-ff-ff-ff-ff-ff-ff-ff')).toBe(9_223_372_036_854_775_807n);
    expect(stamps('sequence', 'cc-ff')).toBe(255n);
    // Negative; a timestamp, which is an extension.
    expect(stamps('counter', 'd3-80-00-00-00-00-00-00-01')).toBeUndefined();
    expect(stamps('unix', 'd7-ff-a1-dc-d7-c8-5a-4a-f6-a5')).toBeUndefined();
    const beyond = heard(
      { it: { kind: 'scalar' } },
      `82 ${short('quantity')} ${short('pressure')} ${short('value')} cf-ff-ff-ff-ff-ff-ff-ff-ff`,
    );
    expect(beyond.troubles).toEqual(['value: expected a number, got "18446744073709551615"']);
  });

  it('have arrays of numbers, and maps of them', () => {
    const position = `${short('position')} 93 01 ca-3f-00-00-00 d0-df`;
    const orientation = `${short('orientation')} dc-00-04 01 00 00 00`;
    const pose = `de-00-01 ${short('pose')} 82 ${position} ${orientation}`;
    expect(heard({ hand: { kind: 'pose' } }, pose).frames[0]?.measurement).toEqual({
      kind: 'pose',
      pose: { position: [1, 0.5, -33], orientation: [1, 0, 0, 0] },
    });
  });
});

describe('a line of them', () => {
  it('goes on with the first message after one that was cut off, wherever that was', () => {
    const whole = bytesOf(
      `84 ${short('stream')} ${short('text')} ${short('language')} ${short('en')} ${short('duration')} cb-40-83-a4-61-62-63-64-81 ` +
        `${short('text')} ${short('grüße')}`,
    );
    const next = bytesOf(hello);
    for (let cut = 0; cut < whole.length; cut += 1) {
      // Within the last field, the first of the two that follow may have become a part of it.
      const { frames } = heard(WORDS, whole.subarray(0, cut), next, next);
      expect(frames.length, `cut at ${cut}`).toBeGreaterThanOrEqual(1);
      expect(frames.at(-1)?.measurement).toEqual(HELLO);
    }
  });

  it('survives anything, and finds the next two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        const { frames } = heard(WORDS, garbage, hello, hello, hello);
        expect(frames.length).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses sizes before there is memory for them', () => {
    const large = [
      `81 ${short('text')} db-00-03-00-01`,
      `81 ${short('text')} db-ff-ff-ff-ff`,
      `81 ${short('ranges')} dd-00-01-86-a1`,
      `81 ${short('ranges')} dd-ff-ff-ff-ff`,
      'df-ff-ff-ff-ff',
      'de-00-41',
      'd9-21',
      `81 ${short('text')} c6-ff-ff-ff-ff`,
      `81 ${short('text')} c9-ff-ff-ff-ff-01`,
      `81 ${short('text')} 91-91-91-91`,
      `81 ${short('a')} 81 ${short('b')} 81`,
    ];
    for (const head of large) {
      const { dropped, frames } = heard(WORDS, head, hello);
      expect([dropped, frames.length], head).toEqual([{ malformed: 1 }, 1]);
    }
  });

  it('is not held up by heads within heads', () => {
    // Each number holds the head of a message with a longer array of such numbers: followed one by one, they would take minutes.
    const nest = `cb-81-a1-61-dd-00-01-86-a0`;
    const bytes = Buffer.concat([
      bytesOf(`81 ${short('a')} dd-00-01-86-a0`),
      bytesOf(nest.repeat(90_000)),
      Buffer.of(0xc1),
    ]);
    const { frames } = heard(WORDS, bytes, hello, hello);
    expect(frames).toHaveLength(2);
  });

  it('takes an object of a mebibyte, and none that is longer', () => {
    const scan = (rays: number) => {
      const head = Buffer.alloc(5);
      head[0] = 0xdd;
      head.writeUInt32BE(rays, 1);
      const numbers = Buffer.alloc(9 * rays, bytesOf('cb-3f-f0-00-00-00-00-00-00'));
      const fields = ['angleMin', 'angleMax', 'angleIncrement', 'rangeMin', 'rangeMax'];
      return Buffer.concat([
        bytesOf(`87 ${fields.map((name) => `${short(name)} 01`).join('')} ${short('ranges')}`),
        head,
        numbers,
        bytesOf(short('intensities')),
        head,
        numbers,
      ]);
    };
    const streams = { scan: { kind: 'scan' } };
    expect(heard(streams, scan(50_000)).frames).toHaveLength(1);
    const { frames, dropped } = heard(streams, scan(60_000), scan(10));
    expect([frames.length, dropped]).toEqual([1, { malformed: 1 }]);
  });
});
