import type { McapTypes } from '@mcap/core';
import { claims, LARGEST } from './mcap-layout.ts';

/** What unpacks the chunks of an MCAP file; loaded when the first chunk of its kind comes, as most logs are not packed. */
export interface Decompressors {
  /** What is loaded, by the name that chunks give. */
  readonly handlers: McapTypes.DecompressHandlers;
  /** Loads what unpacks this compression; what is not known stays away, and the chunk says so. */
  load(name: string): Promise<void>;
}

const UNPACK: Readonly<Record<string, () => Promise<(data: Uint8Array, size: number) => Uint8Array>>> = {
  async lz4() {
    const { default: unpack } = await import('@foxglove/wasm-lz4');
    await unpack.isLoaded;
    return (data, size) => new Uint8Array(unpack(data, size));
  },
  async zstd() {
    const zstd = await import('@foxglove/wasm-zstd');
    await zstd.isLoaded;
    return (data, size) => new Uint8Array(zstd.decompress(data, size));
  },
  async bz2() {
    const { default: bzip } = await import('seek-bzip');
    return (data, size) => bzip.decode(Buffer.from(data), size);
  },
};

export function createDecompressors(): Decompressors {
  const handlers: McapTypes.DecompressHandlers = {};
  return {
    handlers,
    async load(name) {
      if (name in handlers || !Object.hasOwn(UNPACK, name)) return;
      const unpack = await UNPACK[name]();
      handlers[name] = (data, size) => {
        // Libraries trust the declared size.
        if (size > LARGEST) throw new Error(claims(size));
        return unpack(data, Number(size));
      };
    },
  };
}
