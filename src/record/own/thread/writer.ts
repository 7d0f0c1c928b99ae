import { Worker } from 'node:worker_threads';
import { SensoriumError, type Input } from '../../../contract/index.ts';
import type { Lease } from '../../../frame/index.ts';
import { createLosses, runOf } from '../losses.ts';
import { createRoom } from '../queue.ts';
import type { SessionEnd, SessionHeader } from '../session.ts';
import { bytesOfInput } from '../size.ts';
import { LIMITS, type LogWriter, type LogWriterOptions, type RecordingStatus } from '../writer.ts';
import type { FromThread, ThreadInput, ThreadStart, ToThread } from './protocol.ts';

/** A log writer in a thread of its own: for live sessions, which cannot wait. */
export type ThreadedLogWriter = Pick<LogWriter, 'tap' | 'status' | 'share' | 'close'>;

/** As those of {@link LogWriterOptions}. */
export interface ThreadedLogWriterOptions extends Omit<LogWriterOptions, 'storage'> {
  /** The thread's program. Default: that of this build. */
  readonly script?: URL;
}

/** A thread that died is followed by another one, but not sooner than this after it was started, ms. */
const PAUSE_MS = 500;

/** What the thread has not done with yet. */
interface Outstanding {
  readonly input: Input;
  readonly bytes: number;
  readonly lease: Lease | undefined;
}

/**
 * Opens a recording whose encoding and writing happen in a thread (see {@link createLogWriter} for everything else). Inputs are
 * handed over once for each turn of the event loop; payloads in shared memory are not copied but leased until they are
 * written. Queue: what the thread has not done with is bounded; beyond, the newest is lost (`queue full`) until it is half
 * empty. Should the thread die, what it had is lost (`died`), and another one goes on in a further file.
 * @throws SensoriumError E_FILE_EXISTS, E_FILE_WRITE
 */
export async function createThreadedLogWriter(
  path: string,
  header: SessionHeader,
  options: ThreadedLogWriterOptions = {},
): Promise<ThreadedLogWriter> {
  const { existing, minimumFree, limits = LIMITS, changed = () => undefined } = options;
  const script = options.script ?? new URL('./thread.js', import.meta.url);
  const losses = createLosses(BigInt(header.epoch));
  const outstanding: Outstanding[] = [];
  const room = createRoom(limits);
  let batch: ThreadInput[] = [];
  let latest: RecordingStatus = { state: 'paused', file: path, files: 0, bytes: 0, recorded: 0, waiting: 0, lost: {} };
  let closed: Promise<RecordingStatus> | undefined;
  let ended: (status: RecordingStatus) => void = () => undefined;
  let thread: Worker;
  let startedAt = 0;
  /** Of the threads that died. */
  const before = { files: 0, bytes: 0, recorded: 0 };

  const post = (message: ToThread): void => thread.postMessage(message);

  function start(how: LogWriterOptions['existing']): Promise<RecordingStatus> {
    const workerData: ThreadStart = { path, header, options: { existing: how, minimumFree } };
    startedAt = performance.now();
    const started = new Worker(script, { workerData });
    let isOpen = false;
    thread = started;
    return new Promise((opened, failed) => {
      started.on('message', (message: FromThread) => {
        if ('opened' in message) {
          isOpen = true;
          opened(message.opened);
        } else if ('refused' in message) {
          const { code, what } = message.refused;
          failed(new SensoriumError(code, what, { path }));
        } else hear(message);
      });
      started.on('error', (error) => failed(error));
      started.on('exit', () => {
        failed(new SensoriumError('E_FILE_WRITE', 'the thread that writes it could not start', { path }));
        if (isOpen && latest.state !== 'ended') died();
      });
    });
  }

  function hear(message: Exclude<FromThread, { opened: unknown } | { refused: unknown }>): void {
    if ('done' in message) {
      latest = message.status;
      letGo(...outstanding.splice(0, message.done));
    } else if ('changed' in message) {
      latest = message.changed;
      changed(status());
    } else {
      latest = message.closed;
      letGo(...outstanding.splice(0));
      ended(status());
    }
  }

  function letGo(...done: readonly Outstanding[]): void {
    for (const { bytes, lease } of done) {
      room.give(bytes);
      lease?.release();
    }
  }

  /** What it had is lost; unless all is over, another one begins a further file. */
  function died(): void {
    for (const { input } of outstanding) losses.lose(runOf(input), 'died');
    letGo(...outstanding.splice(0));
    batch = [];
    before.files += latest.files;
    before.bytes += latest.bytes;
    before.recorded += latest.recorded;
    latest = { ...latest, state: 'paused', why: 'died', files: 0, bytes: 0, recorded: 0, waiting: 0, lost: {} };
    changed(status());
    if (closed !== undefined) {
      latest = { ...latest, state: 'ended' };
      return ended(status());
    }
    setTimeout(again, Math.max(0, startedAt + PAUSE_MS - performance.now())).unref();
  }

  function again(): void {
    if (closed !== undefined) return;
    start('next').then(
      (opened) => {
        latest = opened;
        changed(status());
      },
      // It has ended as well, and told so.
      () => undefined,
    );
  }

  function status(): RecordingStatus {
    const lost: Record<string, number> = { ...losses.counts() };
    for (const [reason, count] of Object.entries(latest.lost)) lost[reason] = (lost[reason] ?? 0) + count;
    return {
      ...latest,
      files: before.files + latest.files,
      bytes: before.bytes + latest.bytes,
      recorded: before.recorded + latest.recorded,
      waiting: outstanding.length,
      lost,
    };
  }

  function handOver(): void {
    const inputs = batch;
    batch = [];
    try {
      if (inputs.length > 0) post({ inputs });
    } catch {
      // Something in it cannot be sent: a driver's defect. One by one, the others can.
      inputs.forEach(handOverAlone);
    }
  }

  function handOverAlone(one: ThreadInput): void {
    try {
      post({ inputs: [one] });
    } catch {
      if (one.before !== undefined) losses.reopen(one.before);
      losses.lose(runOf(one.input), 'not encodable');
      const at = outstanding.findIndex(({ input }) => input.number === one.input.number);
      letGo(...outstanding.splice(at, 1));
    }
  }

  function tap(input: Input): void {
    if (closed !== undefined) return;
    const bytes = bytesOfInput(input);
    if (latest.why === 'died' || !room.take(bytes)) {
      losses.lose(runOf(input), latest.why === 'died' ? 'died' : 'queue full');
      return;
    }
    const lease = input.kind === 'frame' ? input.arrival.lease : undefined;
    lease?.retain();
    outstanding.push({ input, bytes, lease });
    if (batch.length === 0) setImmediate(handOver);
    const missing = losses.take();
    batch.push({ input: withoutLease(input), ...(missing === undefined ? {} : { before: missing }) });
  }

  async function close(end: SessionEnd | undefined): Promise<RecordingStatus> {
    const over = new Promise<RecordingStatus>((resolve) => (ended = resolve));
    handOver();
    const missing = losses.take();
    post({
      close: {
        ...(end === undefined || losses.any() ? {} : { end }),
        ...(missing === undefined ? {} : { before: missing }),
      },
    });
    if (latest.why === 'died') {
      latest = { ...latest, state: 'ended' };
      return status();
    }
    return over;
  }

  latest = await start(existing);
  return { tap, status, share: room.share, close: (end) => (closed ??= close(end)) };
}

/** Functions cannot be sent. */
function withoutLease(input: Input): Input {
  if (input.kind !== 'frame' || input.arrival.lease === undefined) return input;
  return { ...input, arrival: { ...input.arrival, lease: undefined } };
}
