import { deserialize, serialize } from 'node:v8';

/*
 * Messages on a socket between a pool and its workers: the length of the message and of its bytes, the message (structured clone,
 * as V8 writes it), the bytes as they lie in memory.
 */

const HEAD_BYTES = 8;
/** More than any message has: whoever says more is not one of ours. */
const LARGEST_MESSAGE = 2 ** 26;
const LARGEST_BYTES = 2 ** 31 - 1;

/** What goes before a message's bytes. */
export function encodeMessage(message: unknown, bytes: number): Uint8Array {
  const body = serialize(message);
  const encoded = Buffer.allocUnsafe(HEAD_BYTES + body.length);
  encoded.writeUInt32LE(body.length, 0);
  encoded.writeUInt32LE(bytes, 4);
  body.copy(encoded, HEAD_BYTES);
  return encoded;
}

/**
 * Puts messages together again. Who can reads right into {@link room}, so that bytes are copied nowhere else; who is handed
 * chunks gives them to {@link feed}.
 */
export interface MessageReader {
  /** Memory for what comes next, never empty. */
  room(): Uint8Array;
  /** So much of the room has been filled. @throws Error for what is no message */
  filled(count: number): void;
  /** @throws Error for what is no message */
  feed(chunk: Uint8Array): void;
}

/** @param take is given each message; its bytes are valid until it is given the next one */
export function createMessageReader(take: (message: unknown, bytes: Uint8Array) => void): MessageReader {
  const head = Buffer.alloc(HEAD_BYTES);
  let body = Buffer.alloc(0);
  /** Grows to the largest there was and is used again. */
  let memory = new Uint8Array(0);
  let into: Uint8Array = head;
  let part: 'head' | 'body' | 'bytes' = 'head';
  let message: unknown;

  function next(): void {
    if (part === 'head') {
      const length = head.readUInt32LE(0);
      if (length > LARGEST_MESSAGE || head.readUInt32LE(4) > LARGEST_BYTES)
        throw new Error(`a message of ${length} bytes`);
      part = 'body';
      into = body = Buffer.allocUnsafe(length);
    } else if (part === 'body') {
      message = deserialize(body);
      const bytes = head.readUInt32LE(4);
      if (bytes > memory.length) memory = new Uint8Array(bytes);
      part = 'bytes';
      into = memory.subarray(0, bytes);
    } else {
      part = 'head';
      into = head;
      take(message, memory.subarray(0, head.readUInt32LE(4)));
    }
  }

  function filled(count: number): void {
    into = into.subarray(count);
    while (into.length === 0) next();
  }

  return {
    room: () => into,
    filled,
    feed(chunk) {
      for (let at = 0; at < chunk.length;) {
        const count = Math.min(chunk.length - at, into.length);
        into.set(chunk.subarray(at, at + count));
        at += count;
        filled(count);
      }
    },
  };
}
