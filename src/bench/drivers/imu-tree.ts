/*
 * Inertial units as the kernel shows them, for `sensorium bench drivers`: what stands in sysfs, and scans of six numbers of 16
 * bits and a time.
 */

/** Units, samples a second of each, and samples that the kernel hands over at once (10 ms). */
export const UNITS = 10;
export const RATE = 1000;
export const BURST = 10;
/** Bytes of a scan, and where its time stands. */
export const SCAN = 24;
export const TIME_AT = 16;
/** Within the folder of a unit. */
export const FIFO = 'dev/iio:device0';

const DEVICE = 'sys/iio:device0';
const AXES = ['accel', 'anglvel'].flatMap((quantity) => ['x', 'y', 'z'].map((axis) => `in_${quantity}_${axis}`));

/** What stands in sysfs, by path within the folder of a unit. */
export const FILES: Readonly<Record<string, string>> = {
  [`${DEVICE}/name`]: 'bench',
  [`${DEVICE}/sampling_frequency`]: `${RATE}`,
  [`${DEVICE}/current_timestamp_clock`]: 'realtime',
  [`${DEVICE}/in_accel_scale`]: '0.000598',
  [`${DEVICE}/in_anglvel_scale`]: '0.000266316',
  [`${DEVICE}/buffer/enable`]: '0',
  [`${DEVICE}/buffer/length`]: '2',
  [`${DEVICE}/buffer/watermark`]: '1',
  ...Object.fromEntries(
    [...AXES, 'in_timestamp'].flatMap((name, index) => [
      [`${DEVICE}/scan_elements/${name}_en`, '0'],
      [`${DEVICE}/scan_elements/${name}_index`, `${index}`],
      [`${DEVICE}/scan_elements/${name}_type`, name === 'in_timestamp' ? 'le:s64/64>>0' : 'le:s16/16>>0'],
    ]),
  ),
};
