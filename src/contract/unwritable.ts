import { SensoriumError } from './errors.ts';

/**
 * What ends a write that the system refused, with its reason: `/data/log.npy: cannot be written: no space left on device (E_FILE_WRITE)`.
 * @param cause what Node threw
 * @param what the first words
 */
export function unwritable(path: string, cause: unknown, what = 'cannot be written'): SensoriumError {
  return new SensoriumError('E_FILE_WRITE', `${what}: ${refusalOf(cause)}`, { path, cause });
}

/**
 * What work gives that writes without waiting.
 * @throws SensoriumError E_FILE_WRITE where it throws
 */
export function orUnwritable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** The system's words, without its code, its call and its path; of other errors the first line. */
function refusalOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error;
  // Node has them as `ENOSPC: no space left on device, write`.
  const words = 'syscall' in error ? /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] : undefined;
  return words ?? message.split('\n')[0];
}
