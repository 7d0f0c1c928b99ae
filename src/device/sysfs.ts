import { constants } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';

/** What people can do about the system's errors. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: a udev rule gives it to the user’s group (docs/drivers/imu.md)',
  EPERM: 'permission denied: a udev rule gives it to the user’s group (docs/drivers/imu.md)',
  EBUSY: 'in use by another program (iio-sensor-proxy)',
  ENODEV: 'the device is gone',
};

/** Names in a folder, in order; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

/** What stands in an attribute, trimmed; `undefined` where the device has none of that name. */
export async function readAttribute(folder: string, name: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, name), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/**
 * Sets an attribute.
 * @returns false where the device has none of that name
 * @throws SensoriumError E_DRIVER where it cannot be set so
 */
export async function writeAttribute(folder: string, name: string, value: string | number): Promise<boolean> {
  const path = join(folder, name);
  try {
    await writeFile(path, String(value), { flag: constants.O_WRONLY | constants.O_TRUNC });
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT') return false;
    const what = ADVICE[code] ?? `cannot be set to ${value}: ${code}`;
    throw new SensoriumError('E_DRIVER', what, { path, cause: error });
  }
}
