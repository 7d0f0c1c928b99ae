import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ERROR_CODES, SensoriumError, type ErrorCode } from '../contract/index.ts';

/** Signals that end work in child processes. */
const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work in child processes, several at a time. Whoever ends this process ends them too.
 * @param run the piece with this number; it ends when the signal says so
 * @returns the signal by which this process was to end meanwhile, if any: whoever called ends it when all is tidied up
 * @throws what the first piece that fails throws, the others stopped
 */
export async function runJobs(
  count: number,
  jobs: number,
  run: (index: number, signal: AbortSignal) => Promise<void>,
): Promise<NodeJS.Signals | undefined> {
  const stopping = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    stoppedBy = signal;
    stopping.abort();
  };
  for (const signal of STOPS) process.once(signal, stop);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count && !stopping.signal.aborted) {
      next += 1;
      await run(next - 1, stopping.signal);
    }
  };
  const workers = Array.from({ length: Math.min(jobs, count) }, async () => {
    try {
      await work();
    } catch (error) {
      stopping.abort();
      throw error;
    }
  });
  const ended = await Promise.allSettled(workers);
  for (const signal of STOPS) process.off(signal, stop);
  if (stoppedBy !== undefined) return stoppedBy;
  // Whoever failed first called the others off; what these say of it is no news.
  const failed = ended.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
  if (failed.length > 0) throw failed.find((reason) => !isAbort(reason)) ?? failed[0];
  return undefined;
}

function isAbort(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'AbortError';
}

/**
 * Runs this program anew.
 * @param path what its complaints are about, where it does not say so itself
 * @param tell of each line that it writes
 * @returns the last line
 * @throws SensoriumError what it complained of
 */
export async function runChild(
  main: string,
  args: readonly string[],
  path: string,
  signal: AbortSignal,
  tell: (line: string) => void = () => undefined,
): Promise<string> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let said = '';
  let complaint = '';
  createInterface(child.stdout).on('line', (line) => {
    said = line;
    tell(line);
  });
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status === 0) return said;
  throw failureOf(complaint, path);
}

/** The error that a child told as JSON, whose message is the whole line. */
function failureOf(complaint: string, about: string): SensoriumError {
  const told = /^\{"error":.*$/m.exec(complaint)?.[0];
  const { error } = JSON.parse(told ?? '{"error":{}}') as {
    error: { code?: string; path?: string; message?: string };
  };
  const { code, path, message = 'it ended without a word' } = error;
  const known = code !== undefined && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'E_INTERNAL';
  const [before, after] = [path === undefined ? '' : `${path}: `, ` (${code})`];
  const what = message.slice(
    message.startsWith(before) ? before.length : 0,
    message.endsWith(after) ? -after.length : undefined,
  );
  return new SensoriumError(known, what, { path: path ?? about });
}
