/*
 * The one hot loop of the memory: products of a query with many vectors of 16-bit numbers, in WebAssembly's SIMD, which multiplies and
 * adds eight pairs in one instruction (`i32x4.dot_i16x8_s`). Plain JavaScript takes ten times as long.
 */

/** Bytes of a page of WebAssembly's memory. */
export const PAGE = 65_536;

/** Memory of a memory's vectors, and the loop over them. */
export interface Kernel {
  /** All of the memory; a new view after each {@link grow}. */
  readonly memory: () => ArrayBuffer;
  /** @throws RangeError where there is no more */
  readonly grow: (pages: number) => void;
  /**
   * Products of a query with vectors that lie one after another. Vectors of length 32767 or less have products within 32 bits, and so
   * have all partial sums (Cauchy and Schwarz).
   * @param vectors where they are, bytes from the beginning of memory
   * @param query where it is
   * @param count of the vectors
   * @param bytes of one vector, a multiple of 16
   * @param out where the products are to be, 32 bits each
   */
  readonly products: (vectors: number, query: number, count: number, bytes: number, out: number) => void;
}

/** The part of WebAssembly that is used here. */
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { readonly products: Kernel['products'] } };
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): void;
  };
}

const I32 = 0x7f;
const V128 = 0x7b;
/** Parameters and locals of the function, by their places. */
const [VECTORS, QUERY, COUNT, BYTES, OUT, END, AT, SUM] = [0, 1, 2, 3, 4, 5, 6, 7];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const literal = (value: number): number[] => [0x41, value];
const ADD = 0x6a;
const SUBTRACT = 0x6b;
const simd = (...code: number[]): number[] => [0xfd, ...code];
/** Loads of aligned vectors. */
const load = simd(0x00, 4, 0);
const lane = (which: number): number[] => [...get(SUM), ...simd(0x1b, which)];

/** Function `products`, in the binary format (W3C, WebAssembly Core Specification 2.0, chapter 5). */
const BODY = [
  ...[2, 2, I32, 1, V128], // locals: two of 32 bits, one of 128
  ...[0x02, 0x40, 0x03, 0x40], // block: loop over the vectors
  ...[...get(COUNT), 0x45, 0x0d, 1], // none left: leave the block
  ...[...simd(0x0c), ...new Array<number>(16).fill(0), ...set(SUM)],
  ...[...get(QUERY), ...set(AT), ...get(VECTORS), ...get(BYTES), ADD, ...set(END)],
  ...[0x03, 0x40], // loop over eight numbers at a time
  ...[
    ...get(SUM),
    ...get(VECTORS),
    ...load,
    ...get(AT),
    ...load,
    ...simd(0xba, 0x01),
    ...simd(0xae, 0x01),
    ...set(SUM),
  ],
  ...[...get(VECTORS), ...literal(16), ADD, ...set(VECTORS), ...get(AT), ...literal(16), ADD, ...set(AT)],
  ...[...get(VECTORS), ...get(END), 0x49, 0x0d, 0, 0x0b], // again while vectors < end
  ...[...get(OUT), ...lane(0), ...lane(1), ADD, ...lane(2), ADD, ...lane(3), ADD, 0x36, 2, 0],
  ...[...get(OUT), ...literal(4), ADD, ...set(OUT), ...get(COUNT), ...literal(1), SUBTRACT, ...set(COUNT)],
  ...[0x0c, 0, 0x0b, 0x0b, 0x0b], // again; ends of loop, block and function
];

/** Most pages of memory: 4 GiB. */
const MOST_PAGES = 65_536;

const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];

const MODULE = Uint8Array.from([
  ...[0x00, ...Buffer.from('asm'), 1, 0, 0, 0],
  ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
  ...section(2, [1, ...name('own'), ...name('memory'), 0x02, 0x01, 1, ...leb(MOST_PAGES)]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name('products'), 0x00, 0]),
  ...section(10, [1, ...leb(BODY.length), ...BODY]),
]);

/** A whole number as WebAssembly writes it: seven bits a byte, the lowest first. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
}

/** Makes a kernel with one page of memory. */
export function createKernel(): Kernel {
  const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyLike }).WebAssembly;
  const memory = new wasm.Memory({ initial: 1, maximum: MOST_PAGES });
  const { products } = new wasm.Instance(new wasm.Module(MODULE), { own: { memory } }).exports;
  return { memory: () => memory.buffer, grow: (pages) => memory.grow(pages), products };
}
