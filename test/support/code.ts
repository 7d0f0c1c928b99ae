import { SensoriumError } from '../../src/contract/index.ts';

/** Code of the SensoriumError that something throws, or what happened instead. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof SensoriumError ? error.code : String(error);
  }
  return 'no error';
}

/** As {@link codeOf}, for what fails later; with the line that a user sees. */
export async function errorOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SensoriumError) return { code: error.code, message: error.message };
    return { code: String(error), message: String(error) };
  }
  return { code: 'no error', message: '' };
}
