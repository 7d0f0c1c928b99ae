import { describe, expect, it } from 'vitest';
import { duration, setting } from '../../src/cli/arguments.ts';

describe('arguments', () => {
  it.each([
    ['10s', 10],
    ['500ms', 0.5],
    ['2m', 120],
    ['1.5h', 5400],
    ['3', 3],
  ])('the time %s is %d s', (text, seconds) => {
    expect(duration(text)).toBe(seconds);
  });

  it.each(['', '0s', '-1s', 's', '10 days', '1e3s', '99999h'])('%j is no time', (text) => {
    expect(() => duration(text)).toThrow('expected a time');
  });

  it('settings are YAML, collected', () => {
    const both = setting('a.c=[1, x=y]', setting('a.b=true'));
    expect(both).toEqual({ 'a.b': true, 'a.c': [1, 'x=y'] });
    expect(() => setting('novalue')).toThrow('expected path=value');
    expect(() => setting('a=[')).toThrow('E_CONFIG_SYNTAX');
  });
});
