import { describe, expect, it } from 'vitest';
import { wordsAbout } from '../../src/cli/clips.ts';
import { createStills } from '../../drivers/simulation/stills/stills.ts';
import type { StillSplit } from '../../src/contract/index.ts';
import { CLIP_PHRASED, clipAnswersOf, phrasingsOf } from '../../src/words/index.ts';
import { guessed, isRight, trueNegatives, wrongCaptions } from '../words/judge.ts';
import { truthsOf } from './cut.ts';

/** Clips of a split with what is said of them. */
function said(split: StillSplit, worlds: number) {
  const truths = truthsOf(split, worlds, 45);
  return { truths, ...wordsAbout(truths, { seed: 5, split, vocabulary: createStills(1, split).vocabulary }) };
}

const train = said('train', 5);
const test = said('test', 4);
const both = [train, test];

describe('captions of clips', () => {
  it('are true, by a reader that knows nothing of how they were written', () => {
    for (const { captions, truths, vocabulary } of both) {
      expect(wrongCaptions(captions, truths, vocabulary)).toEqual([]);
    }
  });

  it('have negatives that are false, however generously they are read', () => {
    for (const { captions, truths, vocabulary } of both) {
      expect(trueNegatives(captions, truths, vocabulary)).toEqual([]);
    }
    const about = new Set(train.captions.map((caption) => caption.about));
    expect([...about].sort()).toEqual(
      expect.arrayContaining(['event', 'groups', 'motion', 'own motion', 'relation', 'sound']),
    );
  });
});

describe('questions about clips', () => {
  it('have the answers that such a reader finds', () => {
    for (const { questions, truths, vocabulary } of both) {
      const wrong = questions.filter((question) => !isRight(question, truths[question.still], vocabulary));
      expect(wrong.map(({ still, text, answer, why }) => `${still}: ${text} ${answer ?? why}`)).toEqual([]);
    }
    expect(new Set(train.questions.map(({ why }) => why))).toEqual(
      new Set([undefined, 'not there', 'out of view', 'no sense', 'frozen', 'muffled']),
    );
  });

  it('are balanced in every form: the commonest answer gains 5 points over chance at most', () => {
    for (const { questions, vocabulary } of both) {
      for (const [form, answers] of Object.entries(clipAnswersOf(vocabulary))) {
        const given = questions.filter((question) => question.form === form && question.answerable);
        const counts = answers.map((answer) => given.filter((question) => question.answer === answer).length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.length);
        if (given.length > 0) expect(Math.max(...counts) / given.length, form).toBeLessThan(1 / answers.length + 0.05);
      }
    }
    const asked = new Set(train.questions.map(({ form }) => form));
    expect([...asked].sort()).toEqual(
      expect.arrayContaining(['comparison', 'direction', 'event', 'existence', 'motion', 'relation']),
    );
  });

  it('do not give their answers away: their words, weighed by naive Bayes, gain 5 points at most', () => {
    for (const { questions, vocabulary } of both) {
      for (const [form, answers] of Object.entries(clipAnswersOf(vocabulary))) {
        const given = questions.filter((question) => question.form === form && question.answerable);
        if (given.length < 50) continue;
        expect(
          guessed(given, ({ answer }) => String(answer)),
          form,
        ).toBeLessThan(1 / answers.length + 0.05);
      }
    }
  });
});

describe('what is kept out of the train split', () => {
  it('is a third of the phrasings', () => {
    for (const what of CLIP_PHRASED) {
      const [kept, used] = [phrasingsOf(what, 'test'), phrasingsOf(what, 'train')];
      expect(used.length).toBeGreaterThanOrEqual(2 * kept.length);
      expect(kept.filter((phrasing) => used.includes(phrasing))).toEqual([]);
    }
  });
});
