import type { Sense } from '../../contract/index.ts';
import type { SaidReport, SenseNow } from '../../publish/index.ts';

/** Why something cannot be told, and in words. */
export type CannotTell = NonNullable<SaidReport['cannotTell']>;

const CANNOT = /^\W*(?:i\W+)?(?:cannot|can not|can't|do not|don't)\W+(?:tell|know|say)\b[\s,.:;-]*(.*)$/is;
const COUNTING = /\b(how many|number of|count)\b/i;
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Tells which senses work. */
export function isWell(senses: readonly SenseNow[]): (sense: Sense) => boolean {
  return (sense) => senses.some((its) => its.sense === sense && its.state === 'well');
}

/** What keeps a question from being answered: none of the senses that it is about is well. */
export function hindered(about: readonly Sense[], senses: readonly SenseNow[]): CannotTell | undefined {
  const troubles = about.map((sense): CannotTell | undefined => {
    const its = senses.find((one) => one.sense === sense);
    if (its === undefined) return { why: 'gone', what: `there is no ${sense}: no stream is configured` };
    return its.state === 'well'
      ? undefined
      : { why: its.state, what: `${its.stream} is ${its.state}: ${its.why ?? 'nobody knows why'}` };
  });
  const [first] = troubles;
  return troubles.every((trouble) => trouble !== undefined) ? first : undefined;
}

/** What a model means that says it cannot tell. */
export function cannotTellIn(text: string): CannotTell | undefined {
  const found = CANNOT.exec(text);
  if (found === null) return undefined;
  const what = found[1].trim().replace(/\.$/, '') || text.trim();
  if (/\bno (eyes|ears)\b/i.test(what)) return { why: 'gone', what };
  if (/\bhear/i.test(what)) return { why: 'not heard', what };
  return { why: /\b(see|view)\b/i.test(what) ? 'not in view' : 'unsure', what };
}

/** A number that an answer is, in digits or a word. `no` is none where a number was asked for. */
export function countIn(question: string, answer: string): number | undefined {
  const word = answer
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  if (/^\d{1,6}$/.test(word)) return Number(word);
  if (word === 'no' || word === 'none') return COUNTING.test(question) ? 0 : undefined;
  const number = NUMBERS.indexOf(word);
  return number > 0 ? number : undefined;
}
