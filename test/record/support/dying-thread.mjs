// The recording's thread, but it dies of the input that the test chose: of a command whose verb is `die`.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ inputs = [] }) => {
  if (inputs.some(({ input }) => input.kind === 'command' && input.command.verb === 'die')) process.exit(1);
});
await import('../../../dist/src/record/own/thread/thread.js');
