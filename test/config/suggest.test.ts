import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/config/suggest.ts';

describe('nearest', () => {
  it.each([
    ['pivto', ['policy', 'pivot', 'queueSize'], 'pivot'],
    ['tolerance', ['toleranceMs', 'latenessMs'], 'toleranceMs'],
    ['QueueSize', ['queueSize'], 'queueSize'],
    ['rat', ['rate', 'prefix'], 'rate'],
    ['zebra', ['pivot', 'policy'], undefined],
    ['x', ['y', 'z'], undefined],
    ['', ['a', 'robot'], undefined],
    ['rr', ['rate'], undefined],
  ])('of %j in %j is %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});
