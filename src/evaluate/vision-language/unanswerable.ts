import type { Form } from '../../words/index.ts';
import { asked, CANNOT_TELL } from './answering.ts';
import { areaUnderCurve } from './roc.ts';
import { figuresOf, formIn, nameOf, worldOf, type SetRun } from './sets.ts';
import type { Case, Task } from './task.ts';
import { usingBoth, type OpenedAnswers } from './using.ts';

const CAN = 'can tell';
type Sense = 'sight' | 'hearing';
const HEARD: readonly Form[] = ['sound', 'direction'];

/** Beside what is no trivial case, those where a sense is missing and all questions about such a sense; and how sure the model was of its answers. */
interface Part extends SetRun {
  readonly missing: readonly Case[];
  readonly confidence: ReadonlyMap<Case, number>;
}

/**
 * Does the model know what it cannot tell? A question may presume what is nowhere or out of view, ask for a sound where all is silent, or be about a clip whose pictures are frozen
 * or whose sound is muffled. How likely its answer begins with "I cannot tell" ranks questions; the value is the area under the curve. Where a sense says nothing at all is
 * trivial, and told apart.
 */
export const unanswerable: Task = {
  description:
    'tells questions that cannot be answered from those that can, of stills and of clips (area under the curve)',
  baseline: 'one less the probability of the answer (maximum softmax)',
  unit: '',
  measure: areaByDoubt,
  async run(context) {
    const parts = await usingBoth(partOf)(context);
    const cases = parts.flatMap((part) => part.cases);
    const sure = new Map(parts.flatMap(({ confidence }) => [...confidence]));
    const missing = areaByDoubt(parts.flatMap((part) => part.missing));
    return {
      cases,
      baseline: areaOf(cases, (its) => -(sure.get(its) ?? NaN)),
      more: { ...figuresOf(parts, areaByDoubt), 'missing sense': missing },
    };
  },
};

async function partOf({ stills, model, progress }: OpenedAnswers): Promise<Part> {
  const what = nameOf(stills);
  const count = (await stills.questions()).length;
  const [cases, gone]: [Case[], Case[]] = [[], []];
  const confidence = new Map<Case, number>();
  const answered: Readonly<Record<Sense, Case[]>> = { sight: [], hearing: [] };
  const lacking = new Set<Sense>();
  let done = 0;
  for await (const { question, id, said, answer, doubt } of asked(stills, model)) {
    done += 1;
    progress(done / count, `question ${done} of ${count} about ${what}`);
    const its: Case = {
      id,
      kind: question.kind,
      form: formIn(stills, question.form),
      truth: question.answerable ? CAN : CANNOT_TELL,
      answer: answer === CANNOT_TELL ? CANNOT_TELL : CAN,
      score: doubt,
      world: worldOf(stills, question.still),
    };
    confidence.set(its, said.confidence ?? NaN);
    const sense = HEARD.includes(question.form) ? 'hearing' : 'sight';
    if (question.why === 'no sense') {
      gone.push(its);
      lacking.add(sense);
    } else {
      cases.push(its);
      if (question.answerable) answered[sense].push(its);
    }
  }
  return { what, cases, confidence, missing: [...gone, ...[...lacking].flatMap((sense) => answered[sense])] };
}

function areaByDoubt(cases: readonly Case[]): number {
  return areaOf(cases, ({ score }) => score);
}

/** How well a score tells the questions that cannot be answered. */
function areaOf(cases: readonly Case[], score: (its: Case) => number): number {
  return areaUnderCurve(cases, score, ({ truth }) => truth === CANNOT_TELL);
}
