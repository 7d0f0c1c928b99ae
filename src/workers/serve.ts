import type { FromWorker, ToWorker } from './protocol.ts';

/** What a worker can do: by name, a function of a job's payload. */
export type Tasks = Readonly<Record<string, (payload: unknown) => unknown>>;

/**
 * The worker's side: does jobs one after the other and says what came of each. Called once, at the top of a worker's module,
 * after what it needs has been loaded. The process ends when its pool does.
 */
export function serve(tasks: Tasks): void {
  const say = (message: FromWorker): void => void process.send?.(message);
  process.on('message', ({ job: { id, task, payload } }: ToWorker) => {
    void run(tasks, task, payload).then(
      (output) => say({ id, output }),
      (error: unknown) => say({ id, error: error instanceof Error ? error.message : String(error) }),
    );
  });
  // Ctrl-C goes to the whole group: the pool decides when its workers end.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  say({ ready: true });
}

/** What a task gives or promises; what it throws rejects. */
async function run(tasks: Tasks, name: string, payload: unknown): Promise<unknown> {
  const task = tasks[name];
  if (task === undefined) throw new Error(`no task "${name}"; there are ${Object.keys(tasks).join(', ')}`);
  return await task(payload);
}
