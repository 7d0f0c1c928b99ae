import { describe, expect, it } from 'vitest';
import { SILENT, type Log } from '../../src/daemon/log.ts';
import { stopParts, type Part } from '../../src/daemon/stop.ts';

describe('stopping', () => {
  it('goes in reverse order and past a part that hangs or fails', async () => {
    const stopped: string[] = [];
    const said: string[] = [];
    const log: Log = {
      ...SILENT,
      warn: (_facts, message) => said.push(message),
      error: (_facts, message) => said.push(message),
    };
    const part = (name: string, stop: () => Promise<unknown>): Part => ({
      name,
      withinMs: 10,
      stop: () => {
        stopped.push(name);
        return stop();
      },
    });
    await stopParts(
      [
        part('publishers', () => Promise.resolve()),
        part('hangs', () => new Promise(() => undefined)),
        part('fails', () => Promise.reject(new Error('no'))),
        part('ticker', () => Promise.resolve()),
      ],
      log,
    );
    expect(stopped).toEqual(['ticker', 'fails', 'hangs', 'publishers']);
    expect(said).toEqual(['did not stop well', 'did not stop in time']);
  });
});
