import { answersTo, asked } from './answering.ts';
import { rounded } from './rounded.ts';
import { figuresOf, formIn, nameOf, worldOf, type SetRun } from './sets.ts';
import { largest } from './similarity.ts';
import { percentRight, type Case, type Task } from './task.ts';
import { usingBoth, type OpenedAnswers } from './using.ts';

/** Beside what was answered, what the question alone gives. */
interface Part extends SetRun {
  readonly alone: readonly Case[];
}

/**
 * Questions that have an answer, about what is seen and heard: of stills, of clips, or both, as there are. A form that both are asked is told apart by
 * `clips` before its name. Beside it what the question alone gives: the likeliest answer of its form where the model is shown nothing. Both stills of
 * a pair are asked the same and answer otherwise, and no answer to the same words about clips is commoner than chance, so that nothing is to be had from it.
 */
export const ask: Task = {
  description: 'questions that have an answer, answered in words, of stills and of clips',
  baseline: 'the question alone: no picture, no sound',
  async run(context) {
    const parts = await usingBoth(partOf)(context);
    const cases = parts.flatMap((part) => part.cases);
    const alone = parts.flatMap((part) => part.alone);
    const forms = [...new Set(alone.map(({ form }) => form))];
    const figures = forms.map((its) => [
      `alone ${its}`,
      rounded(percentRight(alone.filter(({ form }) => form === its))),
    ]);
    const more = { ...figuresOf(parts, percentRight), ...(Object.fromEntries(figures) as Record<string, number>) };
    return { cases, baseline: percentRight(alone), more };
  },
};

async function partOf({ stills, model, progress }: OpenedAnswers): Promise<Part> {
  const what = nameOf(stills);
  const answers = answersTo(stills);
  const count = (await stills.questions()).length;
  const [cases, alone]: [Case[], Case[]] = [[], []];
  let done = 0;
  for await (const { question, id, said, answer } of asked(stills, model)) {
    done += 1;
    if (question.answer === null) continue;
    progress(done / count / 2, `question ${done} of ${count} about ${what}`);
    const world = worldOf(stills, question.still);
    const form = formIn(stills, question.form);
    const { kind, answer: truth } = question;
    cases.push({ id, kind, form, truth, answer, score: said.confidence ?? NaN, world });
  }
  for await (const { question, id, chances } of asked(stills, model, { isBlind: true })) {
    done += 1;
    if (question.answer === null) continue;
    progress(done / count / 2, `the question alone, about ${what}`);
    const answer = answers[question.form][largest(chances)];
    const { kind, answer: truth } = question;
    const form = formIn(stills, question.form);
    alone.push({ id, kind, form, truth, answer, score: 0, world: '' });
  }
  return { what, cases, alone };
}
