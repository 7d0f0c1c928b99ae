import type { ScalarMeasurement } from '../../../src/frame/index.ts';

/** What can be measured of the surroundings. */
export type Quantity = ScalarMeasurement['quantity'];

/** From what stands in an attribute to SI: scale x number + offset. */
export interface Conversion {
  readonly scale: number;
  readonly offset: number;
}

/** A quantity as the kernel shows it. */
interface Unit {
  /** The type in names of IIO: `in_temp_input`. */
  readonly iio: string;
  /** The type in names of hwmon: `temp1_input`; `undefined`: it has none. */
  readonly hwmon: string | undefined;
  /** From the unit of both to SI. */
  readonly toSi: Conversion;
  /** What can be, in SI. */
  readonly least: number;
  readonly most: number;
}

/**
 * Units of the kernel's ABI (Documentation/ABI/testing/sysfs-bus-iio; Documentation/hwmon/sysfs-interface.rst): thousandths of a
 * degree Celsius, kilopascals, thousandths of a percent, lux.
 */
export const UNITS: Readonly<Record<Quantity, Unit>> = {
  temperature: { iio: 'temp', hwmon: 'temp', toSi: { scale: 1e-3, offset: 273.15 }, least: 0, most: 10_000 },
  pressure: { iio: 'pressure', hwmon: undefined, toSi: { scale: 1e3, offset: 0 }, least: 0, most: 1e9 },
  humidity: { iio: 'humidityrelative', hwmon: 'humidity', toSi: { scale: 1e-5, offset: 0 }, least: 0, most: 1 },
  illuminance: { iio: 'illuminance', hwmon: undefined, toSi: { scale: 1, offset: 0 }, least: 0, most: 1e7 },
};

/** What is said of a number before it is in SI: conversions after one another. */
export function after(first: Conversion, second: Conversion): Conversion {
  return { scale: first.scale * second.scale, offset: first.offset * second.scale + second.offset };
}
