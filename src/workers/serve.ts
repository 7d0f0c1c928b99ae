import { readSync } from 'node:fs';
import { PAYLOAD_FD, type FromWorker, type ToWorker } from './protocol.ts';

/** What a worker can do: by name, a function of a job's payload and its bytes, which are the task's until it has ended. */
export type Tasks = Readonly<Record<string, (payload: unknown, bytes: Uint8Array) => unknown>>;

/**
 * The worker's side: does jobs one after the other and says what came of each. Called once, at the top of a worker's module,
 * after what it needs has been loaded. The process ends when its pool does.
 */
export function serve(tasks: Tasks): void {
  const say = (message: FromWorker): void => void process.send?.(message);
  const read = createPayloadReader();
  process.on('message', ({ id, task, payload, bytes }: ToWorker) => {
    void run(tasks, task, payload, read(bytes)).then(
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
async function run(tasks: Tasks, name: string, payload: unknown, bytes: Uint8Array): Promise<unknown> {
  const task = tasks[name];
  if (task === undefined) throw new Error(`no task "${name}"; there are ${Object.keys(tasks).join(', ')}`);
  return await task(payload, bytes);
}

/**
 * Reads payloads into memory that grows to the largest of them and is used again. It waits for the pipe: the pool writes
 * right after it has told of the job, and kills a worker that waits in vain.
 */
function createPayloadReader(): (length: number) => Uint8Array {
  let memory = new Uint8Array(0);
  return (length) => {
    if (length > memory.length) memory = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const read = readSync(PAYLOAD_FD, memory, at, length - at, null);
      if (read === 0) process.exit(0);
      at += read;
    }
    return memory.subarray(0, length);
  };
}
