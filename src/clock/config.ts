import { numberIn, oneOf, type SchemaTree } from '../contract/index.ts';

/** How a stream's times of validity are found. */
export type StampSource = 'device' | 'estimate' | 'arrival';

/** The clock's part of a stream's configuration. */
export interface ClockConfig {
  readonly stamps: StampSource;
  readonly latencyMs: number;
}

/** The clock's keys of an entry of `streams`. */
export const schema = {
  stamps: {
    doc:
      'Where times of validity come from. `device`: the device stamp is passed through where its clock is the host’s ' +
      '(Unix time within 10 s of the receive time), estimated otherwise. `estimate`: offset between the device’s clock ' +
      'and the host’s, following the lowest delay. `arrival`: the receive time.',
    format: oneOf('device', 'estimate', 'arrival'),
    default: 'device',
  },
  latencyMs: {
    doc:
      'Constant time in ms between the event and its stamp, taken off every stamp of the stream. Too small: the sensor ' +
      'appears to lag; too large: it appears to foresee.',
    format: numberIn(-10_000, 10_000),
    default: 0,
  },
} satisfies SchemaTree;

/** The clock of a stream that the configuration does not mention. */
export const DEFAULT_CLOCK: ClockConfig = {
  stamps: schema.stamps.default as StampSource,
  latencyMs: schema.latencyMs.default,
};
