import { parentPort, workerData } from 'node:worker_threads';
import { SensoriumError } from '../../../contract/index.ts';
import { createLogWriter, type LogWriter } from '../writer.ts';
import type { FromThread, ThreadStart, ToThread } from './protocol.ts';

/*
 * The thread that a live recording is written in: encoding, checksums and the disk cost the pipeline nothing. It does what
 * it is told in order, and says when it is done with it.
 */

const { path, header, options } = workerData as ThreadStart;
const say = (message: FromThread): void => parentPort?.postMessage(message);

async function record(writer: LogWriter, message: ToThread): Promise<void> {
  if ('close' in message) {
    const { end, before } = message.close;
    if (before !== undefined) writer.missing(before);
    say({ closed: await writer.close(end) });
    parentPort?.close();
    return;
  }
  for (const { input, before } of message.inputs) {
    if (before !== undefined) writer.missing(before);
    writer.tap(input);
  }
  await writer.idle();
  say({ done: message.inputs.length, status: writer.status() });
}

try {
  const writer = await createLogWriter(path, header, { ...options, changed: (status) => say({ changed: status }) });
  let last = Promise.resolve();
  parentPort?.on('message', (message: ToThread) => {
    last = last.then(() => record(writer, message));
  });
  say({ opened: writer.status() });
} catch (error) {
  if (!(error instanceof SensoriumError)) throw error;
  say({ refused: { code: error.code as 'E_FILE_WRITE', what: error.what } });
}
