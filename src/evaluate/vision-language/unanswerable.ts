import { asked, CANNOT_TELL } from './answering.ts';
import { areaUnderCurve } from './roc.ts';
import { pairOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingAnswers } from './using.ts';

const CAN = 'can tell';

/**
 * Does the model know what it cannot tell? A question may presume what is nowhere or out of view, or ask for a sound where all is silent. How likely its answer
 * begins with "I cannot tell" ranks questions; the value is the area under the curve. Where the microphones say nothing at all is trivial, and told apart.
 */
export const unanswerable: Task = {
  description: 'tells questions that cannot be answered from those that can (area under the curve)',
  baseline: 'one less the probability of the answer (maximum softmax)',
  unit: '',
  measure: (cases) => areaOf(cases, ({ score }) => score),
  run: usingAnswers(async ({ stills, model, progress }) => {
    const count = (await stills.questions()).length;
    const [cases, missing]: [Case[], Case[]] = [[], []];
    const confidence = new Map<Case, number>();
    let done = 0;
    for await (const { question, id, said, answer, doubt } of asked(stills, model)) {
      done += 1;
      progress(done / count, `question ${done} of ${count}`);
      const its: Case = {
        id,
        kind: question.kind,
        form: question.form,
        truth: question.answerable ? CAN : CANNOT_TELL,
        answer: answer === CANNOT_TELL ? CANNOT_TELL : CAN,
        score: doubt,
        world: pairOf(question.still),
      };
      confidence.set(its, said.confidence ?? NaN);
      const isHearing = question.form === 'sound' || question.form === 'direction';
      if (question.why === 'no sense') missing.push(its);
      else {
        cases.push(its);
        if (isHearing && question.answerable) missing.push(its);
      }
    }
    return {
      cases,
      baseline: areaOf(cases, (its) => -(confidence.get(its) ?? NaN)),
      more: { 'missing sense': areaOf(missing, ({ score }) => score) },
    };
  }),
};

/** How well a score tells the questions that cannot be answered. */
function areaOf(cases: readonly Case[], score: (its: Case) => number): number {
  return areaUnderCurve(cases, score, ({ truth }) => truth === CANNOT_TELL);
}
