import { describe, expect, it } from 'vitest';
import { compareAnswers } from '../../src/replay/agreement.ts';

const cup = { label: 'cup', score: 0.8, box: [0, 0, 100, 100] };
const seen = (...detections: object[]) => ({ sha256: 'a', detections });
const heard = (voice: number, ...events: object[]) => ({ sha256: 'a', voice, events });
const bell = { label: 'Bell', score: 0.8 };

describe('two answers', () => {
  it.each([
    ['the same', seen(cup), seen({ ...cup }), { agrees: true, overlap: 1, score: 0 }],
    ['nothing and nothing', seen(), seen(), { agrees: true, overlap: 1, score: 0 }],
    ['scores apart by less', seen(cup), seen({ ...cup, score: 0.815 }), { agrees: true, score: 0.015 }],
    ['scores apart by more', seen(cup), seen({ ...cup, score: 0.83 }), { agrees: false, score: 0.03 }],
    ['boxes that nearly agree', seen(cup), seen({ ...cup, box: [0, 0, 100, 95] }), { agrees: true, overlap: 0.95 }],
    ['boxes that do not', seen(cup), seen({ ...cup, box: [0, 0, 100, 50] }), { agrees: false, overlap: 0.5 }],
    ['boxes elsewhere', seen(cup), seen({ ...cup, box: [200, 0, 300, 100] }), { agrees: false, score: 0.3 }],
    ['another label', seen(cup), seen({ ...cup, label: 'bowl' }), { agrees: false, score: 0.3 }],
    ['one that is barely there', seen({ ...cup, score: 0.51 }), seen(), { agrees: true, score: 0.01 }],
    ['one that is not', seen(), seen(cup), { agrees: false, score: 0.3 }],
    [
      'two boxes in another order',
      seen(cup, { ...cup, box: [5, 0, 105, 100] }),
      seen({ ...cup, box: [5, 0, 105, 100] }, cup),
      { agrees: true, overlap: 1 },
    ],
    ['sounds that are the same', heard(0.4, bell), heard(0.4, bell), { agrees: true, score: 0 }],
    ['a voice apart by more', heard(0.4, bell), heard(0.45, bell), { agrees: false, score: 0.05 }],
    ['a sound apart by less', heard(0.4, bell), heard(0.4, { ...bell, score: 0.79 }), { agrees: true, score: 0.01 }],
    ['a sound that is missing', heard(0.4, bell), heard(0.4), { agrees: false, score: 0.3 }],
    ['a faint one that is new', heard(0.4), heard(0.4, { ...bell, score: 0.51 }), { agrees: true, score: 0.01 }],
  ])('%s', (_what, one, other, expected) => {
    const difference = compareAnswers(one, other, 0.5);
    expect(difference?.agrees).toBe(expected.agrees);
    if ('score' in expected) expect(difference?.score).toBeCloseTo(expected.score, 9);
    if ('overlap' in expected) expect(difference?.overlap).toBeCloseTo(expected.overlap, 9);
  });

  it('of heads agree by the probabilities of their classes; of models that are looked at, by what became of them', () => {
    const said = (door: number, uncertainty = 0.5) => ({
      sha256: 'a',
      classes: ['door', 'nothing'],
      probabilities: [door, 1 - door],
      uncertainty,
      contributions: { imu: 0.1 },
    });
    expect(compareAnswers(said(0.6), said(0.61), 0)?.agrees).toBe(true);
    expect(compareAnswers(said(0.6), said(0.65), 0)?.agrees).toBe(false);
    expect(compareAnswers(said(0.6), said(0.6, 0.6), 0)?.agrees).toBe(false);
    const agrees = (one: object, other: object) => compareAnswers(one, other, 0)?.agrees;
    expect(agrees({ opened: 'a' }, { opened: 'a' })).toBe(true);
    expect(agrees({ opened: 'a' }, { opened: 'b' })).toBe(false);
    expect(agrees({ opened: 'a' }, { refused: 'no' })).toBe(false);
    expect(agrees({ refused: 'no' }, { refused: 'not at all' })).toBe(true);
  });

  it('of different kinds cannot be compared, nor what is none', () => {
    expect(compareAnswers(seen(cup), heard(0.4), 0.5)).toBeUndefined();
    expect(compareAnswers(seen(cup), { sha256: 'a' }, 0.5)).toBeUndefined();
    expect(compareAnswers(undefined, seen(cup), 0.5)).toBeUndefined();
  });
});
