/** A device that is not there: what it would say, in its own time. Pure: who runs it brings clock and line. */
export interface EmulatedDevice {
  /** The bytes that it sends from the last call up to this time, s since it was switched on. */
  readonly until: (seconds: number) => Uint8Array;
  /** It is told something. Its answer comes with the next {@link until}. */
  readonly told?: (bytes: Uint8Array) => void;
}

/** A kind of device that can be emulated. */
export interface EmulatorDefinition {
  /** As written after `sensorium emulate`; the type of the driver that it is for. */
  readonly device: string;
  readonly summary: string;
  /** How it is attached. */
  readonly line:
    { readonly kind: 'serial'; readonly baudRate: number } | { readonly kind: 'tcp'; readonly port: number };
  readonly create: (seed: number) => EmulatedDevice;
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
