import { ConfigError } from '../config/index.ts';
import { SensoriumError } from '../contract/index.ts';

/** How an error is shown, and the status that the process ends with. */
export interface Failure {
  /** Lines, each ended. */
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Turns whatever was thrown into what a user sees: one line a problem. Anything but a SensoriumError is a defect of ours
 * (E_INTERNAL), whose stack is shown with SENSORIUM_DEBUG=1 only.
 * @param json `{"error":{"code","path","message"}}`, and `"problems"` with all of them where there are several
 */
export function failure(error: unknown, json: boolean, debug = process.env['SENSORIUM_DEBUG'] === '1'): Failure {
  const known = error instanceof SensoriumError ? error : internal(error);
  const problems = known instanceof ConfigError ? known.problems : [known];
  const stack = debug && error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : '';
  const shown = json
    ? JSON.stringify({
        error: plain(problems[0]),
        ...(problems.length > 1 ? { problems: problems.map(plain) } : {}),
      })
    : problems.map(({ message }) => message).join('\n');
  return { text: `${shown}\n${stack}`, exitCode: known.exitCode };
}

function plain({ code, path, message }: SensoriumError): object {
  return { code, ...(path === undefined ? {} : { path }), message };
}

function internal(error: unknown): SensoriumError {
  const what = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const how = 'this is a defect in Sensorium; SENSORIUM_DEBUG=1 shows where';
  return new SensoriumError('E_INTERNAL', `${what}; ${how}`, { cause: error });
}
