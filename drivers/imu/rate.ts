import { numberIn, type SchemaTree } from '../../src/contract/index.ts';

/** The rate of an inertial unit that is set in the device itself. */
export interface RateConfig {
  readonly rateHz: number;
}

/** @param rateHz that the device has when it leaves the factory */
export function rateSchema(rateHz: number): SchemaTree {
  return {
    rateHz: {
      doc: 'Samples a second that the device is set to. Too small: silence is seen late; too large: the stream is called stale while it comes.',
      format: numberIn(0.1, 10_000),
      default: rateHz,
    },
  };
}
