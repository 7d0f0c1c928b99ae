/*
 * The worker process that keeps the memory. Its arguments are the folder, the number of pictures that it may hold and the session's
 * name. What it was told last is on the disk a second later.
 */
import { SensoriumError } from './contract/index.ts';
import { memoryTasks, MemoryStore, TaughtStore } from './recall/index.ts';
import { serve, type Tasks } from './workers/index.ts';

const FLUSH_MS = 1000;

const [folder, most, session] = process.argv.slice(2);

/** What the memory does; one that cannot be opened says why, each time it is asked. */
function tasks(): Tasks {
  try {
    const store = new MemoryStore(folder, { most: Number(most), session });
    setInterval(() => store.flush(), FLUSH_MS).unref();
    process.on('exit', () => store.close());
    return memoryTasks(store, new TaughtStore(folder));
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    const refuse = () => ({ refused: error.message });
    const names = ['remember', 'recall', 'forget', 'threshold', 'picture', 'teach', 'taught'];
    return Object.fromEntries(names.map((name) => [name, refuse]));
  }
}

serve(tasks());
