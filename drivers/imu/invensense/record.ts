/*
 * What a poll of a chip tells its session. A chip's FIFO has neither headers nor checksums: what was read, and what became of it, is
 * said in records between link and session: a mark, what it is, the length (16 bits, big endian), the content, and the sum of all
 * after the mark.
 */

export const MARK = 0xa5;
/** Bytes before the content. */
export const HEAD = 4;

/** What a record says. */
export const RECORD = {
  /** Whole samples out of the FIFO. */
  samples: 1,
  /** Samples are lost, and the FIFO was emptied: why ({@link LOSS}), and how many at least (16 bits). */
  lost: 2,
  /** The nine registers of an AK09916 from ST1 to ST2. */
  field: 3,
  /** The chip does not say who it is: what it said instead. */
  identity: 4,
} as const;
export const LOSSES = ['fifo overflow', 'bus error'] as const;

/** Bytes of samples that one record holds at most; the others wait for the next poll. */
export const MOST_SAMPLE_BYTES = 1024;

/** Puts content into a record. */
export function recordOf(kind: number, content: ArrayLike<number>): Uint8Array {
  const record = new Uint8Array(HEAD + content.length + 1);
  record.set([MARK, kind, content.length >> 8, content.length & 0xff]);
  record.set(content, HEAD);
  record[record.length - 1] = sumOf(record, 0, record.length);
  return record;
}

/** The sum of the record that lies there. */
export function sumOf(bytes: Uint8Array, at: number, length: number): number {
  let sum = 0;
  for (let i = at + 1; i < at + length - 1; i += 1) sum += bytes[i];
  return sum & 0xff;
}
