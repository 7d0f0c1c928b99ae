import { defineDevice, i2cLink } from '../../../src/device/index.ts';
import { invenSenseSchema, settingsOf, streamsOf, type InvenSenseConfig } from '../invensense/config.ts';
import { createDecoder, type ChipFacts } from '../invensense/decode.ts';
import { BASE_RATE, LAYOUT, mpu6050Chip } from './chip.ts';

/** InvenSense MPU-6050 and its relatives on an I2C bus; see docs/drivers/imu.md. */
export const mpu6050 = defineDevice<InvenSenseConfig, ChipFacts>({
  type: 'mpu6050',
  summary:
    'InvenSense MPU-6050, MPU-6500, MPU-9250 (without its magnetometer) on an I2C bus; needs the package i2c-bus',
  schema: invenSenseSchema(0x68, BASE_RATE),
  streams: (config) => streamsOf(settingsOf(config, BASE_RATE), config.temperature),
  link: (config) => i2cLink({ ...config, chip: mpu6050Chip(config) }),
  session: (config, output, facts) => createDecoder(LAYOUT, settingsOf(config, BASE_RATE).scales, output, facts),
});
