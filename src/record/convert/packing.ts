import * as zstd from '@foxglove/wasm-zstd';
import type { Packing } from '../own/chunk.ts';
import { packLz4 } from './lz4.ts';

/** How the chunks of an MCAP file may be compressed. */
export const COMPRESSIONS = ['none', 'lz4', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** What compresses chunks; `undefined` for `none`. */
export async function packingOf(compression: Compression): Promise<Packing | undefined> {
  if (compression === 'none') return undefined;
  if (compression === 'lz4') return { name: 'lz4', pack: packLz4 };
  await zstd.isLoaded;
  return { name: 'zstd', pack: (bytes) => zstd.compress(bytes) };
}
