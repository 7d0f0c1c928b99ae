import { numberIn, oneOf, optional, type SchemaTree } from '../contract/index.ts';

/** How a stream's times of validity are found. */
export type StampSource = 'device' | 'estimate' | 'rebuild' | 'arrival';

/** The clock's part of a stream's configuration. */
export interface ClockConfig {
  readonly stamps: StampSource;
  readonly latencyMs: number;
  /** Hz. */
  readonly rateHz?: number;
}

/** The clock's keys of an entry of `streams`. */
export const schema = {
  stamps: {
    doc:
      'Where times of validity come from. `device`: the device stamp is passed through where its clock is the host’s ' +
      '(Unix time within 10 s of the receive time), estimated otherwise, rebuilt where there is none. `estimate`: offset ' +
      'and drift between the device’s clock and the host’s, following the lowest delay. `rebuild`: the grid on which the ' +
      'samples must have been taken, from receive times and the rate alone. `arrival`: the receive time.',
    format: oneOf('device', 'estimate', 'rebuild', 'arrival'),
    default: 'device',
  },
  latencyMs: {
    doc:
      'Constant time in ms between the event and its stamp, taken off every stamp of the stream. Too small: the sensor ' +
      'appears to lag; too large: it appears to foresee.',
    format: numberIn(-10_000, 10_000),
    default: 0,
  },
  rateHz: {
    doc:
      'Samples a second, where times are rebuilt: where the estimate of the rate begins. Unset: what the driver or the ' +
      'log tells, else what the first second shows. Too small or too large by more than a twentieth: stamps are off until ' +
      'the estimate has found the real rate, seconds in a stream that comes evenly, a minute in one that comes in bursts.',
    format: optional(numberIn(0.001, 100_000)),
    default: undefined,
  },
} satisfies SchemaTree;

/** The clock of a stream that the configuration does not mention. */
export const DEFAULT_CLOCK: ClockConfig = {
  stamps: schema.stamps.default as StampSource,
  latencyMs: schema.latencyMs.default,
};
