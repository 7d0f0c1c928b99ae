import { atMost } from '../deadline/index.ts';
import type { Log } from './log.ts';

/** A part of the daemon that was started, and how long it may take to stop. */
export interface Part {
  readonly name: string;
  readonly withinMs: number;
  readonly stop: () => Promise<unknown>;
}

/**
 * Stops the parts in reverse order of their start. A part that takes longer than it may, or fails, is left behind and
 * said so; the others are stopped all the same.
 */
export async function stopParts(parts: readonly Part[], log: Log): Promise<void> {
  for (const part of [...parts].reverse()) {
    try {
      if (await atMost(part.withinMs, part.stop())) continue;
      log.warn({ part: part.name, withinMs: part.withinMs }, 'did not stop in time');
    } catch (error) {
      log.error(
        { part: part.name, error: error instanceof Error ? error.message : String(error) },
        'did not stop well',
      );
    }
  }
}
