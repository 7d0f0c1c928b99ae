import type { Input } from '../../../contract/index.ts';
import type { Gap, SessionEnd, SessionHeader } from '../session.ts';
import type { LogWriterOptions, RecordingStatus } from '../writer.ts';

/** What the thread is started with. */
export interface ThreadStart {
  readonly path: string;
  readonly header: SessionHeader;
  readonly options: Pick<LogWriterOptions, 'existing' | 'minimumFree'>;
}

/** An input for the log, and what is missing right before it. Payloads in shared memory are not copied. */
export interface ThreadInput {
  readonly input: Input;
  readonly before?: Gap;
}

/** To the thread. */
export type ToThread =
  | { readonly inputs: readonly ThreadInput[] }
  /** Nothing follows. `before`: what is missing at the end. */
  | { readonly close: { readonly end?: SessionEnd; readonly before?: Gap } };

/** From the thread. */
export type FromThread =
  /** The file is there, or recording is paused from the start. */
  | { readonly opened: RecordingStatus }
  /** It cannot be opened. */
  | { readonly refused: { readonly code: 'E_FILE_EXISTS' | 'E_FILE_WRITE'; readonly what: string } }
  /** So many more inputs are written, or lost for a reason that the status tells: their payloads are not needed any more. */
  | { readonly done: number; readonly status: RecordingStatus }
  /** Recording has stopped, or goes on. */
  | { readonly changed: RecordingStatus }
  | { readonly closed: RecordingStatus };
