import type { DriverHost } from '../../src/contract/index.ts';
import type { Arrival, Lease, Measurement } from '../../src/frame/index.ts';

/**
 * A measurement whose payload lies in the host's memory, as a camera's driver would have put it there.
 * @returns the measurement and its lease, `undefined` where there is no room; as it is where it has no large payload
 */
export function inPayload(
  measurement: Measurement,
  host: DriverHost,
): Pick<Arrival, 'measurement' | 'lease'> | undefined {
  if (measurement.kind !== 'image' && measurement.kind !== 'depth' && measurement.kind !== 'cloud')
    return { measurement };
  const { buffer, byteOffset, byteLength } = measurement.data;
  const taken = host.payload(byteLength);
  if (taken === undefined) return undefined;
  taken.data.set(new Uint8Array(buffer, byteOffset, byteLength));
  const lease: Lease = taken;
  if (measurement.kind !== 'depth') return { measurement: { ...measurement, data: taken.data }, lease };
  const data = new Uint16Array(taken.data.buffer, taken.data.byteOffset, byteLength / 2);
  return { measurement: { ...measurement, data }, lease };
}
