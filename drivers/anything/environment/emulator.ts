import type { EmulatorDefinition } from '../../../src/device/index.ts';
import type { Conversions } from './decode.ts';
import { UNITS } from './units.ts';

/** Readings a second. */
const RATE = 10;
const FOUND: Conversions = { temperature: UNITS.temperature.toSi };

/** A BMP280 as its kernel driver shows it, in a room that gets warmer and cooler by a degree. */
export const environmentEmulator: EmulatorDefinition = {
  device: 'environment',
  summary: 'the temperature of a BMP280 behind a sysfs tree, in a room that gets warmer and cooler, 10 Hz',
  line: {
    kind: 'files',
    files: { 'iio/iio:device0/name': 'bmp280\n', 'iio/iio:device0/in_temp_input': '20000\n' },
    through: { attribute: 'iio/iio:device0/in_temp_input' },
    config: (folder) => ({ iio: `${folder}/iio`, hwmon: `${folder}/hwmon` }),
  },
  config: { rateHz: RATE },
  found: FOUND,
  create() {
    let told = 0;
    return {
      until(seconds) {
        let readings = '';
        for (; told < Math.floor(seconds * RATE); told += 1)
          readings += `${Math.round(20_000 + 1000 * Math.sin(told / RATE))}\n`;
        return new TextEncoder().encode(readings);
      },
    };
  },
};
