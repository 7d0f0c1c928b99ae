import { describe, expect, it } from 'vitest';
import { viewOf } from '../../src/cli/live/view.ts';
import { stampOf } from '../../src/frame/index.ts';
import type { PipelineReport } from '../../src/pipeline/index.ts';

/**
 *   s      1         2    2.1        4
 *   sets   8        18     19       37
 *   /s     8        10     10 (too   9.5 (since 2 s)
 *                          soon)
 */
describe('a view', () => {
  it('counts sets a second since the view before, and keeps the rate when that was just now', () => {
    const at = (seconds: number, count: number): Parameters<typeof viewOf>[0] => {
      const report: PipelineReport = {
        now: stampOf(seconds * 1e9),
        inputs: 0,
        published: 0,
        streams: [],
        sets: { count, incomplete: 0, meanSpread: undefined },
        pivot: undefined,
        pose: undefined,
        comparison: undefined,
      };
      const now = stampOf(seconds * 1e9);
      return { robot: 'r', odom: 'odom', now, report, publishers: [], recording: undefined, notices: [] };
    };
    const first = viewOf(at(1, 8));
    const second = viewOf(at(2, 18), first);
    const soon = viewOf(at(2.1, 19), second);
    const later = viewOf(at(4, 37), second);
    expect([first, second, soon, later].map(({ sets }) => sets.perSecond)).toEqual([8, 10, 10, 9.5]);
  });
});
