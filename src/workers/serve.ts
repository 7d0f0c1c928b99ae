import { connect } from 'node:net';
import { NAME_VARIABLE, SOCKET_VARIABLE, type FromWorker, type ToWorker } from './protocol.ts';
import { createMessageReader, encodeMessage } from './wire.ts';

/** What a task may use while it runs. */
export interface Running {
  /** Says that the job is called off; who does not look runs on. */
  readonly signal: AbortSignal;
  /** Tells the one who asked how far it is: for display only. */
  readonly tell: (part: unknown) => void;
}

/** What a worker can do: by name, a function of a job's payload and its bytes, which are the task's until it has ended. */
export type Tasks = Readonly<Record<string, (payload: unknown, bytes: Uint8Array, running: Running) => unknown>>;

/**
 * The worker's side: does jobs one after the other and says what came of each. Called once, at the top of a worker's module,
 * after what it needs has been loaded. The process ends when its pool does.
 */
export function serve(tasks: Tasks): void {
  const running = new Map<string, AbortController>();
  const reader = createMessageReader((message, bytes) => {
    const said = message as ToWorker;
    if ('cancel' in said) {
      running.get(said.cancel)?.abort();
      return;
    }
    const { id, task, payload } = said;
    const stop = new AbortController();
    running.set(id, stop);
    const tell = (part: unknown): void => say({ id, part });
    void run(tasks, task, payload, bytes, { signal: stop.signal, tell })
      .then(
        (output) => say({ id, output }),
        (error: unknown) => say({ id, error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => running.delete(id));
  });
  const socket = connect({
    path: process.env[SOCKET_VARIABLE] ?? '',
    // Read right to where it stays.
    onread: {
      buffer: () => reader.room(),
      callback(count) {
        reader.filled(count);
        return true;
      },
    },
  });
  const say = (message: FromWorker): void => void socket.write(encodeMessage(message, 0));
  // Ctrl-C goes to the whole group: the pool decides when its workers end.
  process.on('SIGINT', () => undefined);
  socket.on('error', () => undefined);
  socket.on('close', () => process.exit(0));
  say({ ready: process.env[NAME_VARIABLE] ?? '' });
}

/** What a task gives or promises; what it throws rejects. */
async function run(
  tasks: Tasks,
  name: string,
  payload: unknown,
  bytes: Uint8Array,
  running: Running,
): Promise<unknown> {
  const task = tasks[name];
  if (task === undefined) throw new Error(`no task "${name}"; there are ${Object.keys(tasks).join(', ')}`);
  return await task(payload, bytes, running);
}
