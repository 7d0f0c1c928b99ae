import { answersTo, asked } from './answering.ts';
import { rounded } from './rounded.ts';
import { largest, pairOf } from './similarity.ts';
import { percentRight, type Case, type Task } from './task.ts';
import { usingAnswers } from './using.ts';

/**
 * Questions that have an answer, about what is seen and heard. Beside it what the question alone gives: the likeliest answer of its form where the model
 * is shown nothing. Both stills of a pair are asked the same and answer otherwise, so that nothing is to be had from it.
 */
export const ask: Task = {
  description: 'questions that have an answer, answered in words',
  baseline: 'the question alone: no picture, no sound',
  run: usingAnswers(async ({ stills, model, progress }) => {
    const answers = answersTo(stills.vocabulary);
    const count = (await stills.questions()).length;
    const cases: Case[] = [];
    let done = 0;
    for await (const { question, id, said, answer } of asked(stills, model)) {
      done += 1;
      if (question.answer === null) continue;
      progress(done / count / 2, `question ${done} of ${count}`);
      cases.push({
        id,
        kind: question.kind,
        form: question.form,
        truth: question.answer,
        answer,
        score: said.confidence ?? NaN,
        world: pairOf(question.still),
      });
    }
    const alone: Case[] = [];
    for await (const { question, id, chances } of asked(stills, model, { isBlind: true })) {
      done += 1;
      if (question.answer === null) continue;
      progress(done / count / 2, 'the question alone');
      const answer = answers[question.form][largest(chances)];
      alone.push({ id, kind: question.kind, form: question.form, truth: question.answer, answer, score: 0, world: '' });
    }
    const byForm = [...new Set(alone.map(({ form }) => form))].map((form) => {
      return [`alone ${form}`, rounded(percentRight(alone.filter((its) => its.form === form)))];
    });
    return { cases, baseline: percentRight(alone), more: Object.fromEntries(byForm) as Record<string, number> };
  }),
};
