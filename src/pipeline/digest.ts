import { createHash } from 'node:crypto';

/** SHA-256 over everything published, in order: two runs with the same digest published the same bytes. */
export interface Digest {
  add(topic: string, payload: Uint8Array): void;
  /** Hexadecimal, of what was added so far. */
  readonly value: () => string;
}

/** Each topic and payload goes in behind its length (unsigned 32-bit little-endian), so that no two sequences collide. */
export function createDigest(): Digest {
  const hash = createHash('sha256');
  const length = Buffer.alloc(4);
  const add = (bytes: Uint8Array): void => {
    length.writeUInt32LE(bytes.length);
    hash.update(length).update(bytes);
  };
  return {
    add(topic, payload) {
      add(Buffer.from(topic, 'utf8'));
      add(payload);
    },
    value: () => hash.copy().digest('hex'),
  };
}
