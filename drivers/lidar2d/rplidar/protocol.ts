/*
 * What RPLIDARs and their hosts say to one another. Slamtec, "RPLIDAR Interface Protocol and Application Notes" (LR001), 2019:
 * a request is 0xa5, the command and, with bit 7 of it, size, payload and the exclusive or of all that; an answer begins with a
 * descriptor of seven bytes: 0xa5, 0x5a, 30 bits of length and 2 of mode (1: it goes on and on), type. Little endian.
 */

export const SYNC = 0xa5;
export const SYNC_ANSWER = 0x5a;
/** Bytes of a descriptor. */
export const DESCRIPTOR = 7;

export const COMMANDS = {
  stop: 0x25,
  reset: 0x40,
  scan: 0x20,
  expressScan: 0x82,
  info: 0x50,
  health: 0x52,
  sampleRate: 0x59,
  configuration: 0x84,
  /** Duty of the motor of A2 and A3, by their USB adapter, 0..1023. */
  motorPwm: 0xf0,
  /** Turns a minute of S1, S2, S3; 0: the motor stops. */
  motorSpeed: 0xa8,
} as const;

/** Types of single answers. */
export const ANSWERS = { info: 0x04, health: 0x06, sampleRate: 0x15, configuration: 0x20 } as const;

/** Entries of the configuration: scan mode that suits the device best; duration of a sample in a mode, µs / 256. */
export const ENTRIES = { sampleDuration: 0x71, typicalMode: 0x7c } as const;

/** What a scan is made of. */
export interface ScanFormat {
  readonly name: 'standard' | 'express' | 'dense';
  /** Type in the descriptor. */
  readonly type: number;
  /** Bytes of a packet. */
  readonly length: number;
  /** Points in it. */
  readonly points: number;
}

/** One point a packet. */
export const STANDARD: ScanFormat = { name: 'standard', type: 0x81, length: 5, points: 1 };
/** Capsules: a start angle, and points at equal steps up to that of the next capsule. */
export const EXPRESS: ScanFormat = { name: 'express', type: 0x82, length: 84, points: 32 };
export const DENSE: ScanFormat = { name: 'dense', type: 0x85, length: 84, points: 40 };

export const FORMATS: readonly ScanFormat[] = [STANDARD, EXPRESS, DENSE];

/** A request as it goes over the line. Only commands with bit 7 set have a payload. */
export function request(command: number, payload?: readonly number[]): Uint8Array {
  if (payload === undefined) return Uint8Array.of(SYNC, command);
  const bytes = [SYNC, command, payload.length, ...payload];
  return Uint8Array.of(...bytes, exclusiveOr(bytes));
}

export function exclusiveOr(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}

/** Whether a capsule's sum, in the low halves of its first two bytes, is that of the rest of it. */
export function isCapsuleSound(capsule: Uint8Array): boolean {
  let sum = 0;
  for (let i = 2; i < EXPRESS.length; i += 1) sum ^= capsule[i];
  return sum === ((capsule[0] & 0xf) | ((capsule[1] & 0xf) << 4));
}
