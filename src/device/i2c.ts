import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { PromisifiedBus } from 'i2c-bus';
import { SensoriumError, text, type Leaf } from '../contract/index.ts';
import { connectI2c } from './i2c-socket.ts';

/** An I2C bus, as the package i2c-bus gives it: only what is used. */
export type I2cBus = PromisifiedBus;

/** Before the path of a socket that an emulated chip is behind. */
export const EMULATED = 'emulated:';

/** The key of a bus in a driver's configuration. */
export const busLeaf: Leaf = {
  doc: 'The I2C bus: `/dev/i2c-1`, or `emulated:` and the path of a socket that `sensorium emulate` has opened.',
  format: text(/^\/dev\/i2c-\d+$|^emulated:\/./, 'an I2C bus such as /dev/i2c-1'),
  default: '/dev/i2c-1',
};

/** What people can do about the system's errors. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT:
    'no such bus: switch I2C on (raspi-config, or dtparam=i2c_arm=on); "sensorium doctor" lists those that are there',
  EACCES: 'permission denied: add the user to the group i2c and log in again',
  EBUSY: 'a driver of the kernel has it: use the driver iio, or unload that one (inv_mpu6050_i2c)',
  ETIMEDOUT: 'the bus is stuck: check its wires and pull-up resistors, and switch the chip off and on',
  EPIPE: 'unplugged',
};
/** A chip that does not acknowledge: which of them depends on the adapter. */
const UNANSWERED = ['EREMOTEIO', 'ENXIO'];

/** Says what an error of a bus means. @param address of the chip that was spoken to */
export function adviceFor(error: unknown, address: number): string {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  if (UNANSWERED.includes(code)) return `no chip answers at address ${hex(address)}`;
  return ADVICE[code] ?? `the bus fails: ${code}`;
}

export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

/**
 * Opens a bus.
 * @param path `/dev/i2c-<number>`, or `emulated:<socket>`
 * @throws SensoriumError E_DRIVER, with what can be done about it
 */
export async function openI2cBus(path: string): Promise<I2cBus> {
  const isEmulated = path.startsWith(EMULATED);
  try {
    if (isEmulated) return await connectI2c(path.slice(EMULATED.length));
    await access(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    const what = isEmulated ? 'no emulated chip is there: "sensorium emulate" puts one' : adviceFor(error, 0);
    throw new SensoriumError('E_DRIVER', what, { path, cause: error });
  }
  const { default: i2c } = await loadI2cBus(() => import('i2c-bus'));
  return i2c.openPromisified(Number(/\d+$/.exec(path)?.[0]));
}

/**
 * Loads the package, which has to be compiled and is therefore there only where somebody has installed it.
 * @throws SensoriumError E_DRIVER where it is not, or does not load
 */
export async function loadI2cBus<T>(from: () => Promise<T>): Promise<T> {
  try {
    return await from();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what =
      code === 'ERR_MODULE_NOT_FOUND'
        ? 'needs the package i2c-bus, which is optional: npm install i2c-bus'
        : `the package i2c-bus does not load (${message.split('\n')[0]}): npm rebuild i2c-bus`;
    throw new SensoriumError('E_DRIVER', what, { path: 'i2c-bus', cause: error });
  }
}
