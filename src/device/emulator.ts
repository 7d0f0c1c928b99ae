import type { DeviceDriver } from './driver.ts';
import type { AnswerTransfer } from './i2c-socket.ts';
import type { Chunk } from './link.ts';

/** A device that is not there: what it would say, in its own time. Pure: who runs it brings clock and line. */
export interface EmulatedDevice {
  /** The bytes that it sends from the last call up to this time, s since it was switched on. */
  readonly until: (seconds: number) => Uint8Array;
  /** Of one that sends messages: those that it sends from the last call up to this time. */
  readonly messages?: (seconds: number) => readonly Chunk[];
  /** It is told something. Its answer comes with the next {@link until}. */
  readonly told?: (bytes: Uint8Array) => void;
  /** Of chips on an I2C bus: a transfer at this time. See {@link AnswerTransfer}. */
  readonly transfer?: (seconds: number, ...transfer: Parameters<AnswerTransfer>) => ReturnType<AnswerTransfer>;
}

/** A device behind files, as the kernel shows it: what it is stands in some of them, what it says is read from another. */
export interface FilesLine {
  readonly kind: 'files';
  /** What stands in each, by its path within a folder. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * The one that it speaks through: a FIFO in place of the character device, or an attribute that holds what it said last, and
   * cannot be read when that was too long ago.
   */
  readonly through: { readonly fifo: string } | { readonly attribute: string };
  /** Keys of the driver's configuration that lead to the folder. */
  readonly config: (folder: string) => Readonly<Record<string, string>>;
}

/** A device that sends messages. */
export interface MessageLine {
  /** It publishes to a broker that is there (messages of one part), or by ZeroMQ. */
  readonly kind: 'mqtt' | 'zeromq';
  readonly port: number;
  /** By ZeroMQ: whether messages of a topic are large, and handed out at the port after that to those who ask for them. */
  readonly isLarge?: (topic: string) => boolean;
}

/** A kind of device that can be emulated. */
export interface EmulatorDefinition {
  /** As written after `sensorium emulate`: the type of the driver that it is for, or that and a word. */
  readonly device: string;
  readonly summary: string;
  /** How it is attached. */
  readonly line:
    | { readonly kind: 'serial'; readonly baudRate: number }
    | { readonly kind: 'tcp'; readonly port: number }
    | { readonly kind: 'i2c'; readonly address: number }
    | MessageLine
    | FilesLine;
  /** Keys of the driver's configuration that it needs besides those that lead to its line. */
  readonly config?: Readonly<Record<string, string | number | object>>;
  /** What opening a link to it would find out, for a session without one. */
  readonly found?: unknown;
  readonly create: (seed: number) => EmulatedDevice;
}

/** A driver, and what stands in for its device where there is none. */
export interface EmulatedDriver {
  readonly driver: DeviceDriver;
  readonly emulator: EmulatorDefinition;
  /** More of them, where it has several ways in. */
  readonly others?: readonly EmulatorDefinition[];
}

/** A program that stands in for the one that a driver reads: it takes the same command line and writes what that would. */
export interface ProgramEmulator {
  /** As written after `sensorium emulate`; the type of the driver that it is for. */
  readonly device: string;
  readonly summary: string;
  /** @param args the command line, as the driver writes it; empty: as the program likes */
  readonly create: (seed: number, args: readonly string[]) => EmulatedDevice;
  /** What it may be asked for that is decoded in different ways, small: decoders are tried with it. */
  readonly cases: readonly EmulatorCase[];
}

/** One thing that an emulated program may be asked for. */
export interface EmulatorCase {
  readonly name: string;
  /** Keys of the driver's configuration, and the command line that it makes of them. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly args: readonly string[];
  /** Bytes of the largest frame that may be announced: it has to be over before the next one is found. */
  readonly largestFrame: number;
}

/** An emulated device on a line, switched on. */
export interface EmulatedLine {
  /** Keys of the driver's configuration that lead here. */
  readonly config: Readonly<Record<string, string | number | object>>;
  /** The same for people. */
  readonly where: string;
  /** Its TCP port, where it has one. */
  readonly port?: number;
  /** Idempotent. */
  readonly close: () => Promise<void>;
}

/** What a device says from the last call up to this time, as a link would hand it over. */
export function saidUntil({ until, messages }: EmulatedDevice, seconds: number): readonly Chunk[] {
  if (messages !== undefined) return messages(seconds);
  const bytes = until(seconds);
  return bytes.length === 0 ? [] : [[bytes]];
}

/** Joins what a device sends. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
