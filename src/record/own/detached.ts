import type { Input } from '../../contract/index.ts';
import type { Measurement } from '../../frame/index.ts';

/**
 * The input with its payload in memory of its own: for those who keep inputs for longer than memory that is used again
 * should be held.
 */
export function detached(input: Input): Input {
  if (input.kind !== 'frame' || input.arrival.lease === undefined) return input;
  const { arrival } = input;
  return { ...input, arrival: { ...arrival, lease: undefined, measurement: copied(arrival.measurement) } };
}

/** Only these kinds have payloads that lie in memory that is used again. */
function copied(measurement: Measurement): Measurement {
  switch (measurement.kind) {
    case 'image':
      return { ...measurement, data: measurement.data.slice() };
    case 'cloud':
      return { ...measurement, data: measurement.data.slice() };
    case 'depth':
      return { ...measurement, data: measurement.data.slice() };
    case 'audio':
      return { ...measurement, data: measurement.data.slice() };
    default:
      return measurement;
  }
}
