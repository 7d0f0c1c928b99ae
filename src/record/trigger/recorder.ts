import type { Input, Publication } from '../../contract/index.ts';
import { NS_PER_SECOND, unixFromStamp, type Stamp, type UnixNs } from '../../frame/index.ts';
import { detached } from '../own/detached.ts';
import type { Segment, SessionEnd } from '../own/session.ts';
import { bytesOfInput } from '../own/size.ts';
import type { LogWriter, RecordingStatus } from '../own/writer.ts';
import { createRing } from './ring.ts';
import { createWatch, type Trigger } from './watch.ts';

/** A recording of a part, and what it replays to. */
export interface SegmentFile {
  readonly writer: LogWriter;
  /** A pipeline that sees what is recorded, and nothing else: as a replay will. */
  readonly step: (input: Input) => void;
  readonly end: () => SessionEnd;
}

/** How parts of a session are recorded. */
export interface TriggerOptions {
  readonly triggers: readonly Trigger[];
  /**
   * s that are kept of what came before, and recorded of what comes after. Too small: the cause, or the outcome, is missing;
   * too large: memory, and files that hold little of interest.
   */
  readonly before: number;
  readonly after: number;
  /** Bytes that may be held in memory, and that may wait for the disk. Too small: less is held than `before` asks for. */
  readonly bytes: number;
  readonly epoch: UnixNs;
  /** Path of the recordings, the first of them: for the status. */
  readonly path: string;
  /** Begins a file. @throws SensoriumError */
  readonly open: (segment: Segment) => Promise<SegmentFile>;
  /** Told when a part is recorded, or could not be. */
  readonly done?: (segment: Segment, status: RecordingStatus | Error) => void;
}

/** Holds the latest inputs, and records those around whatever the triggers say. */
export interface TriggerRecorder {
  readonly tap: (input: Input) => void;
  readonly published: (publication: Publication) => void;
  /** Something from outside: a signal. Counts as happening at the latest input. */
  readonly fire: (reason: string) => void;
  readonly status: () => RecordingStatus;
  /** Resolves when nothing waits for the disk. */
  readonly idle: () => Promise<void>;
  /** Ends the part that is being recorded, if any. */
  readonly close: () => Promise<RecordingStatus>;
}

/** A part on its way to the disk. */
interface Part {
  readonly segment: Segment;
  readonly waiting: Input[];
  bytes: number;
  /** When it ends; every further reason puts that off. */
  until: Stamp;
  isOver: boolean;
}

/** Inputs that are written, and looked at by the pipeline, before others get their turn. */
const SLICE = 256;

/**
 * Makes the recorder. What it decides follows from the inputs and what is published alone, so the same session gives the
 * same parts. A part holds all inputs of its time, without a hole: where the disk cannot follow, it ends early.
 */
export function createTriggerRecorder(options: TriggerOptions): TriggerRecorder {
  const { before, after, bytes, epoch, open, done = () => undefined } = options;
  const ring = createRing(before * NS_PER_SECOND, bytes);
  const watch = createWatch(options.triggers);
  const finished: RecordingStatus[] = [];
  const parts: Part[] = [];
  let current: Part | undefined;
  let writing: LogWriter | undefined;
  let last: Input | undefined;
  let pump: Promise<void> | undefined;
  let failed = 0;
  /** Called when there is more to write. */
  let wake: (() => void) | undefined;
  let closed: Promise<RecordingStatus> | undefined;

  function keep(reason: string | undefined): void {
    if (reason === undefined || last === undefined || closed !== undefined) return;
    const until = (last.now + after * NS_PER_SECOND) as Stamp;
    if (current !== undefined) {
      current.until = until;
      return;
    }
    const waiting = ring.all();
    const segment: Segment = {
      first: waiting[0].number,
      reason,
      at: String(unixFromStamp(epoch, last.now)),
      before: (last.now - waiting[0].now) / NS_PER_SECOND,
      shortened: ring.isShortened(),
    };
    current = { segment, waiting, bytes: ring.bytes(), until, isOver: false };
    parts.push(current);
    pump ??= Promise.resolve().then(work);
  }

  function finish(): void {
    if (current === undefined) return;
    current.isOver = true;
    current = undefined;
    wake?.();
  }

  async function work(): Promise<void> {
    try {
      for (let part = parts[0] as Part | undefined; part !== undefined; part = parts[0]) {
        await record(part);
        parts.shift();
      }
    } finally {
      pump = undefined;
    }
  }

  async function record(part: Part): Promise<void> {
    try {
      const file = await open(part.segment);
      writing = file.writer;
      while (part.waiting.length > 0 || !part.isOver) {
        for (const input of part.waiting.splice(0, SLICE)) {
          part.bytes -= bytesOfInput(input);
          file.writer.tap(input);
          file.step(input);
        }
        await file.writer.idle();
        await (part.waiting.length > 0 || part.isOver ? turn() : more(part));
      }
      const status = await file.writer.close(file.end());
      finished.push(status);
      done(part.segment, status);
    } catch (error) {
      failed += part.waiting.length;
      part.waiting.length = 0;
      if (current === part) current = undefined;
      done(part.segment, error instanceof Error ? error : new Error(String(error)));
    } finally {
      writing = undefined;
    }
  }

  const more = (part: Part): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (part.isOver) resolve();
    });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  function status(): RecordingStatus {
    const all = writing === undefined ? finished : [...finished, writing.status()];
    const sum = (of: (one: RecordingStatus) => number): number => all.reduce((total, one) => total + of(one), 0);
    const lost: Record<string, number> = failed > 0 ? { 'not written': failed } : {};
    for (const one of all) {
      for (const [why, count] of Object.entries(one.lost)) lost[why] = (lost[why] ?? 0) + count;
    }
    return {
      state: closed !== undefined && pump === undefined ? 'ended' : 'recording',
      file: all.at(-1)?.file ?? options.path,
      files: sum((one) => one.files),
      bytes: sum((one) => one.bytes),
      recorded: sum((one) => one.recorded),
      waiting: parts.reduce((total, { waiting }) => total + waiting.length, writing?.status().waiting ?? 0),
      lost,
    };
  }

  return {
    tap(admitted) {
      if (closed !== undefined) return;
      // Held for seconds, and then written: the payloads' memory is for shorter times.
      const input = detached(admitted);
      last = input;
      ring.push(input);
      if (current !== undefined && input.now > current.until) finish();
      if (current !== undefined) {
        current.waiting.push(input);
        current.bytes += bytesOfInput(input);
        // All parts together wait for one disk.
        if (parts.reduce((total, part) => total + part.bytes, 0) > 2 * bytes) finish();
        wake?.();
      }
      keep(watch.input(input));
    },
    published: (publication) => keep(watch.published(publication)),
    fire: keep,
    status,
    async idle() {
      // A part that goes on waits for inputs, not for the disk.
      while (pump !== undefined && parts.some(({ waiting, isOver }) => waiting.length > 0 || isOver)) await turn();
    },
    close() {
      closed ??= (async () => {
        finish();
        while (pump !== undefined) await pump;
        return status();
      })();
      return closed;
    },
  };
}
