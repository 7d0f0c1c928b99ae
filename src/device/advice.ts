import { SensoriumError } from '../contract/index.ts';

/** What people can do about the system's errors. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES:
    'permission denied: the user’s group may be given it by a udev rule, or the user a group ("sensorium doctor")',
  EBUSY: 'another program has it open',
  ENOENT: 'no such file: is it plugged in, and is its driver loaded?',
};

/** Why a device or file cannot be read, with what can be done about it: E_DRIVER. */
export function unreadable(path: string, error: unknown): SensoriumError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new SensoriumError('E_DRIVER', ADVICE[code] ?? `cannot be read: ${code}`, { path, cause: error });
}
