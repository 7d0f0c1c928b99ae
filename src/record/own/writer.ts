import { SensoriumError, unwritable, type Input } from '../../contract/index.ts';
import { NS_PER_SECOND, stampOf, type Stamp } from '../../frame/index.ts';
import { createLosses, runOf } from './losses.ts';
import { createPart, gapFrom, NotEncodable, partPath, type Part } from './part.ts';
import { createQueue, type QueueLimits } from './queue.ts';
import type { Gap, SessionEnd, SessionHeader } from './session.ts';
import { HOST_STORAGE, reasonOf, type LogStorage } from './storage.ts';

/** What waits for the disk at most; too small: a disk that hesitates costs inputs; too large: memory. */
export const LIMITS: QueueLimits = { inputs: 200_000, bytes: 64 * 1024 * 1024 };
/** Between two looks at the free space, and between attempts to go on: ns of the inputs' own time. */
const LOOK_NS = NS_PER_SECOND;
/** Attempts that fail double the time to the next one up to this, s; a file that lasted longer starts anew. */
const LONGEST_RETRY = 64;
/** There must be this much above the floor before it goes on, bytes: else it would stop again at once. */
const RESUME_BYTES = 1024 * 1024;
/** A disk without room, or read-only, is no reason not to start: robots run on, and recording begins when it can. */
const PAUSES = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** How a recording fares. */
export interface RecordingStatus {
  readonly state: 'recording' | 'paused' | 'ended';
  /** Why it is paused: `no space` (below the floor), `ENOSPC`, `EROFS`, … */
  readonly why?: string;
  /** The file that is being written, or was last. */
  readonly file: string;
  readonly files: number;
  /** In all files. */
  readonly bytes: number;
  /** Inputs in the files; those that wait for the disk; those lost, by reason. */
  readonly recorded: number;
  readonly waiting: number;
  readonly lost: Readonly<Record<string, number>>;
}

/** How to record. */
export interface LogWriterOptions {
  /** What to do with a file that exists: empty it (default), refuse, or take the next free name (`drive.1.mcap`). */
  readonly existing?: 'replace' | 'refuse' | 'next';
  /** Bytes to leave free on the file system: below, recording stops until there is more. Default: 0, until it is full. */
  readonly minimumFree?: number;
  readonly limits?: QueueLimits;
  readonly storage?: LogStorage;
  /** Told when recording stops and when it goes on. */
  readonly changed?: (status: RecordingStatus) => void;
}

/** Takes every input of a session into a log. */
export interface LogWriter {
  readonly tap: (input: Input) => void;
  /** What is missing before the next input, for those who lose some before they get here. It is not counted again. */
  readonly missing: (gap: Gap) => void;
  /** Resolves when nothing waits: for those who can make inputs faster than the disk takes them. */
  readonly idle: () => Promise<void>;
  readonly status: () => RecordingStatus;
  /** Share of what may wait for the disk that waits, 0..1. */
  readonly share: () => number;
  /**
   * Resolves when everything taken is in the file; with `end`, what was published is written with it, unless inputs were
   * lost: then a replay cannot come to the same. Never rejects: see what the status says.
   */
  close(end?: SessionEnd): Promise<RecordingStatus>;
}

/**
 * Opens a recording; see docs/log-format.md. The caller's thread only queues: encoding and writing follow. When the disk
 * is full or fails, the file is ended as far as that goes, inputs are lost and counted, and recording goes on in a further
 * file once that works again.
 * @throws SensoriumError E_FILE_EXISTS, E_FILE_WRITE
 */
export async function createLogWriter(
  path: string,
  header: SessionHeader,
  options: LogWriterOptions = {},
): Promise<LogWriter> {
  const { existing = 'replace', minimumFree = 0, storage = HOST_STORAGE, changed = () => undefined } = options;
  const epoch = BigInt(header.epoch);
  const queue = createQueue(options.limits ?? LIMITS);
  const losses = createLosses(epoch);
  let part: Part | undefined;
  let paused: string | undefined;
  let now = stampOf(0);
  let looked: Stamp | undefined;
  let begun = now;
  let failures = 0;
  let retry = now;
  let pump: Promise<void> | undefined;
  let closed: Promise<RecordingStatus> | undefined;
  let ended = false;
  /** Of the files before this one. */
  const before = { files: 0, bytes: 0, recorded: 0, file: path };
  /** Which name the next file has. */
  let next = 0;
  /** Number of the input taken into a file last. */
  let number = 0;

  async function begin(replace: boolean, refuse: boolean): Promise<void> {
    const floor = minimumFree + (paused === undefined ? 0 : RESUME_BYTES);
    if (floor > 0 && (await free()) < floor) throw new Error('no space');
    for (;;) {
      try {
        part = await createPart(storage, partPath(path, next), header, replace);
        break;
      } catch (error) {
        if (reasonOf(error) !== 'EEXIST' || refuse) throw error;
        next += 1;
      }
    }
    next += 1;
    before.files += 1;
    begun = now;
    paused = undefined;
  }

  /** A file system that does not tell has room until it fails. */
  const free = (): Promise<number> => storage.free(path).catch(() => Infinity);

  /**
   * Recording stops. Everything that waits is lost; at an error also what was taken into the chunk.
   * @param orderly the file can still be written
   */
  async function stop(reason: string, orderly = false): Promise<void> {
    const stopped = part;
    part = undefined;
    paused = reason;
    if (now - begun > LONGEST_RETRY * NS_PER_SECOND) failures = 0;
    else if (!orderly) failures += 1;
    retry = later();
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if ('kind' in item) {
        losses.lose(runOf(item), reason);
        letGo(item);
      } else losses.reopen(item);
    }
    if (stopped === undefined) return;
    if (!orderly || !(await endsInOrder(stopped, gapFrom(epoch, { first: number + 1, from: now }, reason)))) {
      const unwritten = stopped.unwritten();
      if (unwritten !== undefined) losses.lose(unwritten, reason);
      await stopped.abandon(gapFrom(epoch, unwritten ?? { first: number + 1, from: now }, reason));
    }
    settle(stopped);
    changed(status());
  }

  async function endsInOrder(stopped: Part, gap: Gap): Promise<boolean> {
    try {
      await stopped.addGap(gap);
      await stopped.end(undefined);
      return true;
    } catch {
      return false;
    }
  }

  function settle(done: Part): void {
    before.bytes += done.size();
    before.recorded += done.recorded();
    before.file = done.path;
  }

  const later = (): Stamp => stampOf(now + Math.min(LONGEST_RETRY, 2 ** failures) * LOOK_NS);

  async function resume(): Promise<void> {
    retry = later();
    try {
      await begin(false, false);
      changed(status());
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'no space') return;
      paused = reason;
      failures += 1;
    }
  }

  async function work(): Promise<void> {
    try {
      if (paused !== undefined && now >= retry) await resume();
      while (part !== undefined) {
        const item = queue.shift();
        if (item === undefined) break;
        if ('kind' in item) {
          await write(part, item);
          letGo(item);
        } else await writeGap(part, item);
      }
    } finally {
      pump = undefined;
    }
  }

  async function write(to: Part, input: Input): Promise<void> {
    try {
      await to.add(input);
      number = input.number;
    } catch (error) {
      if (error instanceof NotEncodable) losses.lose(runOf(input), error.message);
      else await stop(reasonOf(error));
      return;
    }
    if (minimumFree === 0 || (looked !== undefined && input.now - looked < LOOK_NS)) return;
    looked = input.now;
    if ((await free()) < minimumFree) await stop('no space', true);
  }

  async function writeGap(to: Part, gap: Gap): Promise<void> {
    try {
      await to.addGap(gap);
    } catch (error) {
      losses.reopen(gap);
      await stop(reasonOf(error));
    }
  }

  async function finish(end: SessionEnd | undefined): Promise<RecordingStatus> {
    while (pump !== undefined) await pump;
    if (part !== undefined) {
      const last = part;
      try {
        const gap = losses.take();
        if (gap !== undefined) await last.addGap(gap);
        await last.end(losses.any() ? undefined : end);
        settle(last);
        part = undefined;
      } catch (error) {
        await stop(reasonOf(error));
      }
    }
    ended = true;
    return status();
  }

  function status(): RecordingStatus {
    return {
      state: ended ? 'ended' : paused === undefined ? 'recording' : 'paused',
      ...(paused === undefined ? {} : { why: paused }),
      file: part?.path ?? before.file,
      files: before.files,
      bytes: before.bytes + (part?.size() ?? 0),
      recorded: before.recorded + (part?.recorded() ?? 0),
      waiting: queue.size(),
      lost: losses.counts(),
    };
  }

  try {
    await begin(existing === 'replace', existing === 'refuse');
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'EEXIST') throw new SensoriumError('E_FILE_EXISTS', 'exists already', { path, cause: error });
    if (reason !== 'no space' && !PAUSES.includes(reason)) throw unwritable(path, error);
    paused = reason;
    retry = later();
    changed(status());
  }

  return {
    tap(input) {
      if (closed !== undefined) return;
      now = input.now;
      if (paused !== undefined) losses.lose(runOf(input), paused);
      else {
        const gap = losses.take();
        if (!queue.push(input, gap)) {
          if (gap !== undefined) losses.reopen(gap);
          losses.lose(runOf(input), 'queue full');
        }
      }
      if (queue.size() > 0 || (paused !== undefined && now >= retry)) pump ??= Promise.resolve().then(work);
    },
    missing: (gap) => losses.reopen(gap),
    async idle() {
      while (pump !== undefined) await pump;
    },
    status,
    share: () => queue.share(),
    close(end) {
      closed ??= finish(end);
      return closed;
    },
  };
}

/** Its payload is not read any more. */
function letGo(input: Input): void {
  if (input.kind === 'frame') input.arrival.lease?.release();
}
