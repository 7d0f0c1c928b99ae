import { describe, expect, it } from 'vitest';
import { loadI2cBus, openI2cBus } from '../../../src/device/index.ts';

describe('an I2C bus', () => {
  it('says what to install, or to build again, where the package cannot be loaded', async () => {
    const missing = 'no-such-package-as-this';
    await expect(loadI2cBus(() => import(missing))).rejects.toMatchObject({
      code: 'E_DRIVER',
      message: expect.stringContaining('npm install i2c-bus') as string,
    });
    const broken = (): Promise<never> => Promise.reject(new Error('Could not locate the bindings file.\nTried: …'));
    await expect(loadI2cBus(broken)).rejects.toMatchObject({
      message: expect.stringMatching(
        /does not load \(Could not locate the bindings file\.\): npm rebuild i2c-bus/,
      ) as string,
    });
  });

  it('says when it is not there', async () => {
    await expect(openI2cBus('/dev/i2c-9999')).rejects.toMatchObject({
      code: 'E_DRIVER',
      message: expect.stringMatching(/^\/dev\/i2c-9999: no such bus: switch I2C on/) as string,
    });
    await expect(openI2cBus('emulated:/nothing-there')).rejects.toMatchObject({
      message: expect.stringContaining('sensorium emulate') as string,
    });
  });
});
