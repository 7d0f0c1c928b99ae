import { setTimeout as wait } from 'node:timers/promises';
import type { I2cBus } from './i2c.ts';

/** One thing that is done on a bus. */
export type I2cStep =
  /** The first byte is the register, the others go there and behind it. */
  | { readonly what: 'write'; readonly address: number; readonly bytes: readonly number[] }
  | { readonly what: 'read'; readonly address: number; readonly register: number; readonly length: number }
  | { readonly what: 'pause'; readonly ms: number };

/** A conversation with a chip: yields what is to be done, and is given what was read. No I/O and no clock of its own. */
export type I2cProcedure<T> = Generator<I2cStep, T, Uint8Array>;

const NOTHING = new Uint8Array();

/** Writes to a register, and to those behind it. */
export function* writeTo(address: number, register: number, ...values: readonly number[]): I2cProcedure<void> {
  yield { what: 'write', address, bytes: [register, ...values] };
}

/** Reads a register, and those behind it. */
export function* readFrom(address: number, register: number, length = 1): I2cProcedure<Uint8Array> {
  return yield { what: 'read', address, register, length };
}

export function* pause(ms: number): I2cProcedure<void> {
  yield { what: 'pause', ms };
}

/**
 * Carries a procedure out. The register is written and then read from in two transfers: chips keep it in between.
 * @throws the error of the first transfer that fails; the reason of the signal
 */
export async function perform<T>(bus: I2cBus, procedure: I2cProcedure<T>, signal?: AbortSignal): Promise<T> {
  let next = procedure.next(NOTHING);
  while (next.done !== true) next = procedure.next(await done(bus, next.value, signal));
  return next.value;
}

async function done(bus: I2cBus, step: I2cStep, signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted();
  switch (step.what) {
    case 'pause':
      await wait(step.ms, undefined, { signal });
      return NOTHING;
    case 'write':
      await write(bus, step.address, step.bytes);
      return NOTHING;
    case 'read': {
      await write(bus, step.address, [step.register]);
      const buffer = Buffer.alloc(step.length);
      const { bytesRead } = await bus.i2cRead(step.address, step.length, buffer);
      if (bytesRead < step.length) throw Object.assign(new Error('short read'), { code: 'EIO' });
      return buffer;
    }
  }
}

async function write(bus: I2cBus, address: number, bytes: readonly number[]): Promise<void> {
  await bus.i2cWrite(address, bytes.length, Buffer.from(bytes));
}

/** Carries a procedure out on a chip that is not there, at once. @throws Error where it does not answer */
export function performAtOnce<T>(answer: (step: I2cStep) => Uint8Array | undefined, procedure: I2cProcedure<T>): T {
  let next = procedure.next(NOTHING);
  while (next.done !== true) {
    const bytes = next.value.what === 'pause' ? NOTHING : answer(next.value);
    if (bytes === undefined) throw new Error('no answer');
    next = procedure.next(bytes);
  }
  return next.value;
}
