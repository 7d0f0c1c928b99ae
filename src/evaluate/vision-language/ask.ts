import type { Question } from '../../words/index.ts';
import { answersTo, asked } from './answering.ts';
import { rounded } from './rounded.ts';
import { largest, pairOf } from './similarity.ts';
import { percentRight, type Case, type Task } from './task.ts';
import { usingBoth } from './using.ts';

/** Forms that clips alone are asked. */
const OF_CLIPS: readonly Question['form'][] = ['motion', 'event'];

/** What came of a set: what was answered, and what the question alone gives. */
interface Part {
  readonly what: 'stills' | 'clips';
  readonly cases: readonly Case[];
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
    const figures = [
      ...(parts.length > 1 ? parts.map(({ what, cases }) => [what, rounded(percentRight(cases))]) : []),
      ...forms.map((its) => [`alone ${its}`, rounded(percentRight(alone.filter(({ form }) => form === its)))]),
    ];
    return { cases, baseline: percentRight(alone), more: Object.fromEntries(figures) as Record<string, number> };
  },
};

async function partOf({ stills, model, progress }: Parameters<Parameters<typeof usingBoth>[0]>[0]): Promise<Part> {
  const what = stills.isClips ? 'clips' : 'stills';
  const formOf = ({ form }: Question): string => (stills.isClips && !OF_CLIPS.includes(form) ? `clips ${form}` : form);
  const worldOf = (still: number): string => stills.truths[still].clip?.recording ?? pairOf(still);
  const answers = answersTo(stills);
  const count = (await stills.questions()).length;
  const [cases, alone]: [Case[], Case[]] = [[], []];
  let done = 0;
  for await (const { question, id, said, answer } of asked(stills, model)) {
    done += 1;
    if (question.answer === null) continue;
    progress(done / count / 2, `question ${done} of ${count} about ${what}`);
    const world = worldOf(question.still);
    const { kind, answer: truth } = question;
    cases.push({ id, kind, form: formOf(question), truth, answer, score: said.confidence ?? NaN, world });
  }
  for await (const { question, id, chances } of asked(stills, model, { isBlind: true })) {
    done += 1;
    if (question.answer === null) continue;
    progress(done / count / 2, `the question alone, about ${what}`);
    const answer = answers[question.form][largest(chances)];
    const { kind, answer: truth } = question;
    alone.push({ id, kind, form: formOf(question), truth, answer, score: 0, world: '' });
  }
  return { what, cases, alone };
}
