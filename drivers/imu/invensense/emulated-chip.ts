import {
  concatenated,
  performAtOnce,
  type EmulatedDevice,
  type I2cChip,
  type I2cProcedure,
} from '../../../src/device/index.ts';

/** The registers of a chip that is not there. */
export interface EmulatedRegisters {
  /** Time passes up to then, s since it was switched on. */
  readonly until: (seconds: number) => void;
  readonly read: (register: number) => number;
  readonly write: (register: number, value: number) => void;
  /** Whether a transfer of many bytes stays at this one. */
  readonly staysAt: (register: number) => boolean;
}

/** A FIFO of samples with its registers. Once it is full it loses its oldest bytes. */
export class EmulatedFifo {
  hasOverflowed = false;
  readonly #capacity: number;
  readonly #at: { readonly fifoCount: number; readonly fifo: number };
  #bytes: number[] = [];
  #latest = 0;
  #now = 0;

  /** @param at where the count (16 bits, the high byte first) and the bytes are read */
  constructor(capacity: number, at: { readonly fifoCount: number; readonly fifo: number }) {
    this.#capacity = capacity;
    this.#at = at;
  }

  /** Takes what is sampled up to then. @param rate samples a second; 0: none */
  until(seconds: number, rate: number, sample: (seconds: number) => readonly number[]): void {
    if (rate > 0) for (const time of dueTimes(this.#now, seconds, rate, this.#capacity)) this.#push(sample(time));
    this.#now = Math.max(this.#now, seconds);
  }

  /** `undefined` where the register is none of its own. One that is empty gives its latest byte again (RM-MPU-6000A-00, 4.31). */
  read(register: number): number | undefined {
    if (register === this.#at.fifo) return (this.#latest = this.#bytes.shift() ?? this.#latest);
    if (register === this.#at.fifoCount) return this.#bytes.length >> 8;
    return register === this.#at.fifoCount + 1 ? this.#bytes.length & 0xff : undefined;
  }

  clear(): void {
    this.#bytes = [];
    this.hasOverflowed = false;
  }

  #push(bytes: readonly number[]): void {
    this.#bytes.push(...bytes);
    if (this.#bytes.length <= this.#capacity) return;
    this.hasOverflowed = true;
    this.#bytes.splice(0, this.#bytes.length - this.#capacity);
  }
}

/** Samples that fell due while a chip ran at some rate: their times, s. Bounded: what no FIFO holds is left out. */
export function* dueTimes(from: number, to: number, rate: number, most: number): Generator<number> {
  const last = Math.floor(to * rate + 1e-6);
  for (let n = Math.max(Math.floor(from * rate + 1e-6) + 1, last - most); n <= last; n += 1) yield n / rate;
}

/** s between the polls of a session without a line. */
const POLL = 0.01;

/**
 * Makes a device of chips that share a bus. On a line it answers transfers; without one, it is polled as its link would do.
 * @param at the registers of the chip that answers at an address
 */
export function createEmulatedChip(
  at: (address: number) => EmulatedRegisters | undefined,
  { prepare, poll }: I2cChip<unknown>,
): EmulatedDevice {
  const pointers = new Map<number, number>();
  let polls = -1;

  function transfer(seconds: number, address: number, written: Uint8Array, toRead: number): Uint8Array | undefined {
    const chip = at(address);
    if (chip === undefined) return undefined;
    chip.until(seconds);
    let register = pointers.get(address) ?? 0;
    const next = (): number => (chip.staysAt(register) ? register : register + 1);
    written.forEach((byte, i) => {
      if (i > 0) chip.write(register, byte);
      register = i === 0 ? byte : next();
    });
    const answer = new Uint8Array(toRead);
    for (let i = 0; i < toRead; i += 1, register = next()) answer[i] = chip.read(register);
    pointers.set(address, register);
    return answer;
  }

  function carryOut<T>(seconds: number, procedure: I2cProcedure<T>): T {
    return performAtOnce((step) => {
      if (step.what === 'pause') return new Uint8Array();
      if (step.what === 'write') return transfer(seconds, step.address, Uint8Array.from(step.bytes), 0);
      const found = transfer(seconds, step.address, Uint8Array.of(step.register), 0);
      return found === undefined ? undefined : transfer(seconds, step.address, new Uint8Array(), step.length);
    }, procedure);
  }

  return {
    transfer,
    until(seconds) {
      if (polls < 0) {
        carryOut(0, prepare());
        polls = 0;
      }
      const said: Uint8Array[] = [];
      for (const due = Math.floor(seconds / POLL + 1e-6); polls < due;) {
        polls += 1;
        said.push(carryOut(polls * POLL, poll(false)));
      }
      return concatenated(said);
    },
  };
}

/** Values of 16 bits, the high byte first. Those beyond the range are cut off, as a chip does. */
export function words(values: readonly number[]): number[] {
  return values.flatMap((value) => {
    const word = Math.max(-32_768, Math.min(32_767, Math.round(value)));
    return [(word >> 8) & 0xff, word & 0xff];
  });
}
