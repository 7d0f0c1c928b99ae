import { TAUGHT_FROM } from '../../contract/index.ts';
import type { InputNumber, StreamId } from '../../frame/index.ts';
import type { AnswerReport, FoundReport } from '../../publish/index.ts';

/** Something that answers a question. */
export interface FoundThing extends FoundReport {
  /** Of the picture, where it is of this session. */
  readonly input?: InputNumber;
  /** It is looked for by examples: its similarity says whether it is such a thing. */
  readonly isByExample?: true;
}

/** What `find` comes to. */
export interface Answer extends AnswerReport {
  readonly found: readonly FoundThing[];
  /** Streams that should have told something and did not. */
  readonly absent: readonly StreamId[];
}

/** From which confidence on a picture counts as showing it. */
const SHOWN = 0.5;
/** Age from which on a view is not that of now, s. */
export const STALE_SECONDS = 10;

/** Whether a picture counts as showing what is asked for: where nothing is known of the usual, what is like it at all does. */
export function isShown({ confidence, isByExample, similarity }: FoundThing): boolean {
  if (isByExample === true) return similarity >= TAUGHT_FROM;
  return confidence === undefined ? similarity > 0 : confidence >= SHOWN;
}

/** The answer in words. */
export function inWords(
  subject: string,
  { found, absent, unknownWords, remembered, examples }: Omit<Answer, 'answer' | 'count'>,
): string {
  const name = examples === undefined ? quoted(subject) : `${quoted(subject)} (taught by ${exampleCount(examples)})`;
  const shown = found.filter(isShown);
  const now = shown.find(({ from }) => from === 'live');
  const before = shown.find(({ from }) => from === 'memory');
  return [
    ...(unknownWords.length === 0 ? [] : [`unknown to the model: ${unknownWords.map(quoted).join(', ')}`]),
    ...(absent.length === 0
      ? []
      : [`I cannot tell what ${absent.join(', ')} would show now: no picture was looked at for ${STALE_SECONDS} s`]),
    now === undefined
      ? `${name} is not in view`
      : `${name} ${examples === undefined ? 'may be' : 'is'} in view: ${described(now)}`,
    ...(remembered === 0 ? [] : [rememberedInWords(before, found, remembered)]),
  ].join('; ');
}

function rememberedInWords(before: FoundThing | undefined, found: readonly FoundThing[], remembered: number): string {
  if (before !== undefined) {
    return `${before.confidence === undefined && before.isByExample !== true ? 'may have been ' : ''}seen ${agoInWords(before.age)}: ${described(before)}`;
  }
  const best = found.find(({ from }) => from === 'memory');
  const nearest =
    best === undefined ? '' : `; the likest is of ${agoInWords(best.age)} (${best.similarity.toFixed(3)})`;
  return `none of ${remembered} picture${remembered === 1 ? '' : 's'} remembered stands out${nearest}`;
}

function described({ stream, similarity, confidence, isByExample, place }: FoundThing): string {
  const unsure =
    confidence === undefined ? 'too little is remembered to say how sure' : `confidence ${confidence.toFixed(2)}`;
  const sure = isByExample === true ? `at least ${TAUGHT_FROM} counts` : unsure;
  return [stream, `similarity ${similarity.toFixed(3)}`, sure, ...whereabouts(place)].join(', ');
}

/** Where something is, in words. */
export function whereabouts(place: FoundThing['place']): string[] {
  return place === undefined
    ? []
    : [`about (${place.position.map((m) => m.toFixed(1)).join(', ')}) m in ${place.frame}`];
}

/** "1 example", "3 examples". */
export function exampleCount(count: number): string {
  return `${count} example${count === 1 ? '' : 's'}`;
}

function agoInWords(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}

export function quoted(words: string): string {
  return JSON.stringify(words);
}
