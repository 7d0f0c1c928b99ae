import type { AnswerBySenses, Answerer, Sense } from '../hub/index.ts';

const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const CANNOT = /^i cannot tell\b[\s,]*(.*)$/is;
const CANNOT_TELL = 'cannot tell';

/** What was asked, and what of. */
export interface AskedOf {
  readonly question: string;
  readonly images: readonly string[];
  readonly sound: string | undefined;
  /** False: no sound file, or one that says nothing. */
  readonly isHeard: boolean;
  readonly model: string;
}

/** Beside the prose the answer in parts, under the names that the daemon's answers have. */
export function answerParts(
  { question, images, sound, isHeard, model }: AskedOf,
  { name, sha256 }: Pick<Answerer, 'name' | 'sha256'>,
  { text, confidence, missing }: AnswerBySenses,
) {
  const cannot = CANNOT.exec(text);
  const count = countIn(text);
  const sight = images.map((input) => ({ sense: 'sight', state: 'well', input }));
  const state = (is: boolean): string => (is ? 'well' : 'gone');
  return {
    question,
    answer: cannot === null ? text : CANNOT_TELL,
    prose: text,
    ...(count === undefined ? {} : { count }),
    boxes: [],
    confidence,
    ...(cannot === null ? {} : { cannot_tell: { why: whyOf(cannot[1], missing), what: cannot[1] } }),
    senses: [
      ...(sight.length > 0 ? sight : [{ sense: 'sight', state: 'gone' }]),
      { sense: 'hearing', state: state(isHeard), ...(sound === undefined ? {} : { input: sound }) },
    ],
    provenance: { model, name, sha256 },
  };
}

function whyOf(what: string, missing: Sense | undefined): string {
  if (missing !== undefined || /\bno (eyes|ears)\b/.test(what)) return 'gone';
  return /\bhear\b/.test(what) ? 'not heard' : /\bsee\b/.test(what) ? 'not in view' : 'unsure';
}

/** The number that an answer is. */
function countIn(text: string): number | undefined {
  const word = text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  if (/^\d{1,6}$/.test(word)) return Number(word);
  const number = NUMBERS.indexOf(word);
  return number < 0 ? undefined : number;
}
