import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOVELTIES } from '../../../src/contract/index.ts';
import { reportOf, type Case } from '../../../src/evaluate/vision-language/index.ts';

const task = { description: '', baseline: '', run: () => Promise.reject(new Error('not run')) };
const caseOf = (i: number, right: boolean, kind: Case['kind'], form: string): Case => ({
  id: String(i),
  kind,
  form,
  truth: 'yes',
  answer: right ? 'yes' : 'no',
  score: 0,
  world: String(i % 7),
});

describe('the report of a task', () => {
  it('counts what is right by kind and by form, and says nothing of what there is none of', () => {
    const cases = [true, true, false, true].map((right, i) =>
      caseOf(i, right, i < 2 ? 'seen' : 'class', i % 2 === 0 ? 'a' : 'b'),
    );
    const report = reportOf('one', task, { cases, baseline: 25, more: { gallery: 4 } });
    expect(report).toMatchObject({ task: 'one', value: 75, baseline: 25, cases: 4, gallery: 4 });
    expect(report.byKind).toEqual({ seen: 100, combination: null, class: 50 });
    expect(report.byForm).toEqual({ a: 50, b: 100 });
  });

  it('has an interval about its value, and the same one each time', () => {
    const some = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...NOVELTIES)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(some, (drawn) => {
        const cases = drawn.map(([right, kind], i) => caseOf(i, right, kind, 'form'));
        const report = reportOf('one', task, { cases, baseline: 0 });
        expect(report.low).toBeLessThanOrEqual(report.high);
        expect(report.low).toBeGreaterThanOrEqual(0);
        expect(report.high).toBeLessThanOrEqual(100);
        expect(reportOf('one', task, { cases, baseline: 0 })).toEqual(report);
        if (drawn.every(([right]) => right)) expect([report.low, report.value, report.high]).toEqual([100, 100, 100]);
      }),
      { numRuns: 30 },
    );
  });

  it('measures with what its task measures with', () => {
    const cases = [caseOf(0, true, 'seen', 'a'), caseOf(1, false, 'seen', 'b')];
    const report = reportOf('one', { ...task, measure: (some) => some.length }, { cases, baseline: 0 });
    expect(report).toMatchObject({ value: 2, byKind: { seen: 2 }, byForm: { a: 1, b: 1 } });
  });
});
