import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMessageReader, encodeMessage } from '../../src/workers/wire.ts';

it('messages come out as they went in, however they were cut', () => {
  const message = fc.record({ id: fc.string(), payload: fc.float32Array({ maxLength: 9, noNaN: true }) });
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(fc.array(fc.tuple(message, bytes), { maxLength: 6 }), fc.integer({ min: 1, max: 300 }), (sent, cut) => {
      const got: unknown[] = [];
      const reader = createMessageReader((its, payload) => got.push([its, payload.slice()]));
      const wire = Buffer.concat(sent.flatMap(([its, payload]) => [encodeMessage(its, payload.length), payload]));
      for (let at = 0; at < wire.length; at += cut) reader.feed(wire.subarray(at, at + cut));
      expect(got).toEqual(sent);
    }),
  );
});

it('refuses lengths that no message has before it makes room for them', () => {
  const reader = createMessageReader(() => undefined);
  expect(() => reader.feed(Buffer.alloc(8, 0xff))).toThrow('a message of 4294967295 bytes');
});
