import { flag } from '../../../src/contract/index.ts';
import { defineDevice, i2cLink } from '../../../src/device/index.ts';
import type { StreamDescriptor } from '../../../src/frame/index.ts';
import { invenSenseSchema, settingsOf, streamsOf } from '../invensense/config.ts';
import { createDecoder, type ChipFacts } from '../invensense/decode.ts';
import { BASE_RATE, fieldRate, icm20948Chip, LAYOUT, type Icm20948Config } from './chip.ts';

/** InvenSense ICM-20948 on an I2C bus; see docs/drivers/imu.md. */
export const icm20948 = defineDevice<Icm20948Config, ChipFacts>({
  type: 'icm20948',
  summary: 'InvenSense (TDK) ICM-20948 with its magnetometer on an I2C bus; needs the package i2c-bus',
  schema: {
    ...invenSenseSchema(0x69, BASE_RATE),
    magneticField: {
      doc:
        'Whether its magnetometer is read: then there is a stream `magneticField`. It answers at the address 0x0c of the same bus, so that only ' +
        'one of two units on a bus can have it.',
      format: flag(),
      default: true,
    },
  },
  streams(config) {
    const streams: StreamDescriptor[] = streamsOf(settingsOf(config, BASE_RATE), config.temperature);
    if (!config.magneticField) return streams;
    const [, nominalRate] = fieldRate(config);
    const clock = { domain: 'none' } as const;
    return [
      ...streams,
      { id: 'magneticField', kind: 'magneticField', frameId: 'imu', clock, nominalRate, role: 'sensor' },
    ];
  },
  link: (config) => i2cLink({ ...config, chip: icm20948Chip(config) }),
  session: (config, output, facts) => createDecoder(LAYOUT, settingsOf(config, BASE_RATE).scales, output, facts),
});
