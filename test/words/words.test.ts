import { describe, expect, it } from 'vitest';
import { createStills } from '../../drivers/simulation/stills/stills.ts';
import { captionsAbout, questionsAbout } from '../../src/cli/stills/part.ts';
import type { StillSplit, StillTruth } from '../../src/contract/index.ts';
import { answersOf, FORMS, PHRASED, phrasingsOf, type Caption, type Question } from '../../src/words/index.ts';
import { guessed, isRight, trueNegatives, wrongCaptions } from './judge.ts';
import { phrasesOf } from './parser.ts';

/** Stills of a split with what is said of them. Nothing is drawn but what tells what is seen. */
function said(split: StillSplit, stills: number) {
  const source = createStills(11, split);
  const request = { source, seed: 11, split };
  const truths: StillTruth[] = [];
  const captions: Caption[] = [];
  const questions: Question[] = [];
  for (let pair = 0; pair < stills / 2; pair += 1) {
    truths.push(source.truth(2 * pair), source.truth(2 * pair + 1));
    questions.push(...questionsAbout(request, pair));
    captions.push(...captionsAbout(request, 2 * pair), ...captionsAbout(request, 2 * pair + 1));
  }
  return { vocabulary: source.vocabulary, truths, captions, questions };
}

const train = said('train', 2000);
const test = said('test', 1000);
const both = [train, test];

describe('captions', () => {
  it('are true, by a reader that knows nothing of how they were written', () => {
    for (const { captions, truths, vocabulary } of both) {
      expect(wrongCaptions(captions, truths, vocabulary)).toEqual([]);
    }
  });

  it('have negatives that are false, however generously they are read', () => {
    for (const { captions, truths, vocabulary } of both) {
      expect(trueNegatives(captions, truths, vocabulary)).toEqual([]);
      const changes = new Set(captions.flatMap(({ negatives }) => negatives.map(({ change }) => change)));
      expect([...changes].sort()).toEqual(['class', 'colour', 'count', 'relation', 'side', 'sound', 'swap']);
      expect(captions.filter(({ negatives }) => negatives.length === 0).length).toBeLessThan(captions.length / 10);
    }
  });
});

describe('questions', () => {
  it('have the answers that such a reader finds', () => {
    for (const { questions, truths, vocabulary } of both) {
      const wrong = questions.filter((question) => !isRight(question, truths[question.still], vocabulary));
      expect(wrong.map(({ still, text, answer }) => `${still}: ${text} ${answer}`)).toEqual([]);
      expect(new Set(questions.map(({ form }) => form))).toEqual(new Set(FORMS));
      expect(new Set(questions.map(({ why }) => why))).toEqual(
        new Set([undefined, 'not there', 'out of view', 'no sense']),
      );
    }
  });

  it('are balanced in every form: the commonest answer gains 5 points over chance at most', () => {
    for (const { questions, vocabulary } of both) {
      for (const [form, answers] of Object.entries(answersOf(vocabulary))) {
        const given = questions.filter((question) => question.form === form && question.answerable);
        const counts = answers.map((answer) => given.filter((question) => question.answer === answer).length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.length);
        expect(given.length).toBeGreaterThan(150);
        expect(Math.max(...counts) / given.length, form).toBeLessThan(1 / answers.length + 0.05);
      }
    }
  });

  it('do not give their answers away: their words, weighed by naive Bayes, gain 5 points at most', () => {
    const chance = answersOf(train.vocabulary);
    for (const form of FORMS) {
      const asked = train.questions.filter((question) => question.form === form);
      const answerable = asked.filter((question) => question.answerable);
      expect(
        guessed(answerable, ({ answer }) => String(answer)),
        form,
      ).toBeLessThan(1 / chance[form].length + 0.05);
      if (answerable.length < asked.length) {
        const share = answerable.length / asked.length;
        const commonest = Math.max(share, 1 - share);
        expect(
          guessed(asked, (question) => String(question.answerable)),
          `${form} answerable`,
        ).toBeLessThan(commonest + 0.05);
      }
    }
  });

  it('come in pairs, word by word the same, of which one has another answer', () => {
    const byText = new Map<string, Question[]>();
    for (const question of train.questions) {
      if (question.form === 'sound' || question.form === 'direction') continue;
      const key = `${Math.floor(question.still / 2)} ${question.text}`;
      byText.set(key, [...(byText.get(key) ?? []), question]);
    }
    for (const [text, asked] of byText) {
      expect(new Set(asked.map(({ answer }) => answer)).size, text).toBe(2);
    }
  });
});

describe('what is kept out of the train split', () => {
  it('is never in it: class, combination, voice, phrasing', () => {
    const { truths, captions, questions, vocabulary } = train;
    expect(new Set(truths.flatMap(({ kind, things }) => [kind, ...things.map((thing) => thing.kind)]))).toEqual(
      new Set(['seen']),
    );
    const texts = [
      ...captions.flatMap(({ text, negatives }) => [text, ...negatives.map((negative) => negative.text)]),
      ...questions.map(({ text, answer }) => `${text} ${answer}`),
    ];
    const named = new Set(
      texts.flatMap((text) => phrasesOf(text, vocabulary).map(({ label, colour }) => `${colour} ${label}`)),
    );
    const kept = vocabulary.classes.flatMap(({ label, heldOut, coloured, heldOutColours }) =>
      [undefined, ...vocabulary.colours]
        .filter((colour) => heldOut || (coloured && heldOutColours.includes(colour ?? '')))
        .map((colour) => `${colour} ${label}`),
    );
    expect(kept.length).toBeGreaterThan(200);
    expect(kept.filter((name) => named.has(name))).toEqual([]);
    const voices = (all: readonly StillTruth[]) => new Set(all.flatMap(({ sound }) => sound?.who ?? []));
    const heard = voices(truths);
    expect(heard.size).toBeGreaterThan(20);
    expect([...voices(test.truths)].filter((who) => heard.has(who))).toEqual([]);
  });

  it('is a third of the phrasings of everything, and the test split uses no others', () => {
    for (const what of PHRASED) {
      const [kept, used] = [phrasingsOf(what, 'test'), phrasingsOf(what, 'train')];
      expect(kept.length).toBeGreaterThan(0);
      expect(used.length).toBeGreaterThanOrEqual(2 * kept.length);
      expect(kept.filter((phrasing) => used.includes(phrasing))).toEqual([]);
      expect(new Set([...kept, ...used]).size).toBe(kept.length + used.length);
      // What is not a gap names nothing.
      for (const phrasing of [...kept, ...used]) {
        expect(phrasesOf(phrasing.replace(/\{\w+\}/g, '-'), train.vocabulary), phrasing).toEqual([]);
      }
    }
    // Questions about sound have no gaps: their words can be compared as they are.
    const wordsOf = (questions: readonly Question[]) =>
      new Set(questions.filter(({ form }) => form === 'sound').map(({ text }) => text));
    expect([...wordsOf(test.questions)].filter((text) => wordsOf(train.questions).has(text))).toEqual([]);
  });

  it('is in the test split, and said to be', () => {
    const { truths, captions, questions, vocabulary } = test;
    for (const told of [truths, captions, questions]) {
      for (const kind of ['seen', 'combination', 'class'] as const) {
        expect(told.filter((one) => one.kind === kind).length).toBeGreaterThan(told.length / 20);
      }
    }
    for (const { text, kind, form, answer } of questions) {
      const all = phrasesOf(text, vocabulary);
      const nouns = form === 'colour' && answer !== null ? all.map((phrase) => ({ ...phrase, colour: answer })) : all;
      expect(noveltyOf(nouns, vocabulary), text).toBe(kind);
    }
  });
});

function noveltyOf(nouns: readonly { label: string; colour?: string }[], { classes }: typeof test.vocabulary): string {
  const found = nouns.map(({ label, colour }) => {
    const its = classes.find((one) => one.label === label);
    return its?.heldOut === true ? 2 : its?.coloured === true && its.heldOutColours.includes(colour ?? '') ? 1 : 0;
  });
  return ['seen', 'combination', 'class'][Math.max(0, ...found)];
}
