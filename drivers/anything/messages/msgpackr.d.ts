/*
 * msgpackr without its native part (`msgpackr` itself loads that where it is installed), as far as it is used here: the declarations
 * that come with it do not resolve in modules.
 */
declare module 'msgpackr/unpack' {
  export class Unpackr {
    constructor(options: {
      readonly useRecords: false;
      readonly mapsAsObjects: true;
      /** `auto`: a bigint only beyond 2^53. */
      readonly int64AsType: 'auto';
    });
    /** @throws Error for what is no MessagePack */
    unpack(bytes: Uint8Array, part: { readonly start: number; readonly end: number }): unknown;
  }
}

declare module 'msgpackr/pack' {
  export class Packr {
    constructor(options: { readonly useRecords: false });
    /** In memory that may be used again. */
    pack(value: object): Uint8Array;
  }
}
