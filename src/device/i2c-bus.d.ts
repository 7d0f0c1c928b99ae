/** What is used of the npm package i2c-bus, which is there only where somebody has installed it. */
declare module 'i2c-bus' {
  /** A bus. Errors are the system's, with its `code`: `EREMOTEIO` or `ENXIO` where no chip acknowledges. */
  export interface PromisifiedBus {
    readonly i2cRead: (address: number, length: number, buffer: Buffer) => Promise<{ readonly bytesRead: number }>;
    readonly i2cWrite: (address: number, length: number, buffer: Buffer) => Promise<{ readonly bytesWritten: number }>;
    readonly close: () => Promise<void>;
  }
  const i2c: { readonly openPromisified: (busNumber: number) => Promise<PromisifiedBus> };
  export default i2c;
}
