import type { Measurement } from '../frame/index.ts';
import { payloadFault, type PayloadFault } from '../perception/index.ts';
import { isFiniteMeasurement } from './finite.ts';

/** Why a measurement goes to no stage; `undefined` where nothing is wrong with it. */
export function refusalOf(measurement: Measurement): 'not finite' | PayloadFault | undefined {
  return isFiniteMeasurement(measurement) ? payloadFault(measurement) : 'not finite';
}
