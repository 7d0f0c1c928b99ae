import type { EmulatedDevice, I2cBus } from '../../../src/device/index.ts';

/** Transfers on a bus, in words: `68 w 6b 80`, `68 r 14`. */
export type Transcript = string[];

/** A bus with an emulated device, in this process. Its time is what `seconds` says; `fail` may spoil a transfer. */
export function busOf(
  device: EmulatedDevice,
  seconds: () => number,
  { transcript = [], fail = () => undefined }: { transcript?: Transcript; fail?: () => string | undefined } = {},
): I2cBus & { readonly isClosed: () => boolean } {
  let isClosed = false;
  const hex = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex');
  const transfer = (address: number, written: Uint8Array, toRead: number): Promise<Uint8Array> => {
    transcript.push(`${hex([address])} ${toRead > 0 ? `r ${toRead}` : `w ${hex(written)}`}`);
    const answer = device.transfer?.(seconds(), address, written, toRead);
    const code = fail() ?? (answer === undefined ? 'EREMOTEIO' : undefined);
    if (code !== undefined || answer === undefined)
      return Promise.reject(Object.assign(new Error(`${code}: write`), { code }));
    return Promise.resolve(answer);
  };
  return {
    async i2cRead(address, length, buffer) {
      buffer.set(await transfer(address, new Uint8Array(), length));
      return { bytesRead: length };
    },
    async i2cWrite(address, length, buffer) {
      await transfer(address, buffer.subarray(0, length), 0);
      return { bytesWritten: length };
    },
    close() {
      isClosed = true;
      return Promise.resolve();
    },
    isClosed: () => isClosed,
  };
}
