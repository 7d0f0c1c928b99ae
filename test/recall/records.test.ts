import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecords, encodeRecord } from '../../src/recall/records.ts';
import { embedding } from './support.ts';

interface Facts {
  readonly id: number;
}
const isFacts = (facts: unknown): facts is Facts => typeof (facts as Partial<Facts> | null)?.id === 'number';
const record = (id: number, thumbnail = Uint8Array.of(1, 2, 3)) => ({
  facts: { id },
  vector: embedding(id),
  thumbnail,
});
const idsIn = (content: Buffer): number[] => decodeRecords(content, isFacts).records.map(({ facts }) => facts.id);

describe('a journal', () => {
  it('gives back what was written', () => {
    const content = Buffer.concat([encodeRecord(record(1)), encodeRecord(record(2, new Uint8Array(0)))]);
    const { records, damaged, end } = decodeRecords(content, isFacts);
    expect(records.map(({ facts, vector, thumbnail }) => [facts.id, [...vector], [...thumbnail]])).toEqual([
      [1, [...embedding(1)], [1, 2, 3]],
      [2, [...embedding(2)], []],
    ]);
    expect([damaged, end]).toEqual([0, content.length]);
  });

  it('loses the last record alone where it was cut off, wherever that is', () => {
    const whole = encodeRecord(record(1));
    const next = encodeRecord(record(2));
    for (let length = 0; length < next.length; length += 1) {
      const { records, end } = decodeRecords(Buffer.concat([whole, next.subarray(0, length)]), isFacts);
      expect([records.length, end]).toEqual([1, whole.length]);
    }
  });

  it('loses those records that are damaged, and no other; nothing is read that was not written', () => {
    const parts = [1, 2, 3].map((id) => encodeRecord(record(id)));
    const whole = Buffer.concat(parts);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const content = Buffer.from(whole);
        content[at] ^= change;
        const hit = at < parts[0].length ? 1 : at < parts[0].length + parts[1].length ? 2 : 3;
        expect(idsIn(content)).toEqual([1, 2, 3].filter((id) => id !== hit));
      }),
    );
  });

  it('takes any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => idsIn(Buffer.from(bytes)).length === 0));
  });
});
