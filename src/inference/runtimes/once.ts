import { SensoriumError } from '../../contract/index.ts';
import { firstLine } from '../tensors.ts';

/**
 * The packages of a runtime, loaded once a thread, when they are first asked for; what failed is tried anew.
 * @param what the runtime's name for people
 * @returns gives them; `path` is what the error is about. Throws SensoriumError E_MODEL_RUNTIME
 */
export function once<Packages>(what: string, load: () => Promise<Packages>): (path: string) => Promise<Packages> {
  let loading: Promise<Packages> | undefined;
  return (path) =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw new SensoriumError('E_MODEL_RUNTIME', `${what} cannot be loaded: ${firstLine(error)}`, {
        path,
        cause: error,
      });
    }));
}
