import { Opcode } from '@mcap/core';
import { GrowingBytes } from './growing-bytes.ts';

/** Bytes of the content of a message index before its entries: channel, length of the entries. */
const HEAD = 2 + 4;

/** Times and places of a chunk's messages, by channel (https://mcap.dev/spec, Message Index). The room is used again for the next chunk. */
export class MessageIndexes {
  /** Entries of each channel there ever was. */
  readonly #entries = new Map<number, GrowingBytes>();
  /** Those of this chunk, in the order in which they were told or used, and where their index begins. */
  readonly #places = new Map<number, number>();

  /** A channel of the chunk, though it may have no messages in it. */
  open(channel: number): GrowingBytes {
    let entries = this.#entries.get(channel);
    if (entries === undefined) this.#entries.set(channel, (entries = new GrowingBytes()));
    if (!this.#places.has(channel)) {
      this.#places.set(channel, 0);
      entries.cut(0);
    }
    return entries;
  }

  /** @param place where its record begins in the chunk's records */
  add(channel: number, logTime: bigint, place: number): void {
    const entries = this.open(channel);
    entries.uint64(logTime);
    entries.uint64(place);
  }

  /** Writes the index of each channel. @returns where each begins */
  write(into: GrowingBytes): ReadonlyMap<number, number> {
    for (const channel of this.#places.keys()) {
      const entries = this.open(channel).written();
      this.#places.set(channel, into.length);
      into.uint8(Opcode.MESSAGE_INDEX);
      into.uint64(HEAD + entries.length);
      into.uint16(channel);
      into.uint32(entries.length);
      into.bytes(entries);
    }
    return this.#places;
  }

  reset(): void {
    this.#places.clear();
  }
}
