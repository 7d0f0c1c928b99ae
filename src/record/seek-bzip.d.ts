declare module 'seek-bzip' {
  const seekBzip: { decode(input: Uint8Array, outputSize?: number): Buffer };
  export default seekBzip;
}
