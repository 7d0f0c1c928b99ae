import type { Place } from '../../contract/index.ts';
import type { InputNumber, StreamId } from '../../frame/index.ts';

/** Something that answers a question. */
export interface FoundThing {
  readonly from: 'live' | 'memory';
  /** Number in the memory. */
  readonly id?: number;
  readonly stream: StreamId;
  /** Unix time, µs. */
  readonly at: number;
  /** s. */
  readonly age: number;
  /** Cosine with the question. */
  readonly similarity: number;
  readonly confidence?: number;
  readonly place?: Place;
  /** Of the picture, where it is of this session. */
  readonly input?: InputNumber;
  /** JPEG, base64. */
  readonly thumbnail?: string;
}

/** What `find` comes to. */
export interface Answer {
  /** In words. */
  readonly answer: string;
  /** Pictures that show it. */
  readonly count: number;
  /** Best first, those of now before those of the memory. */
  readonly found: readonly FoundThing[];
  /** Streams that it rests on, and those that should have told something and did not. */
  readonly senses: readonly StreamId[];
  readonly absent: readonly StreamId[];
  readonly unknownWords: readonly string[];
  /** Pictures that were looked through. */
  readonly remembered: number;
}

/** From which confidence on a picture counts as showing it. */
const SHOWN = 0.5;
/** Age from which on a view is not that of now, s. */
export const STALE_SECONDS = 10;

/** Whether a picture counts as showing what is asked for: where nothing is known of the usual, what fits best does. */
export function isShown({ confidence }: Pick<FoundThing, 'confidence'>): boolean {
  return confidence === undefined || confidence >= SHOWN;
}

/** The answer in words. */
export function inWords(
  subject: string,
  { found, absent, unknownWords, remembered }: Omit<Answer, 'answer' | 'count'>,
): string {
  const shown = found.filter(isShown);
  const now = shown.find(({ from }) => from === 'live');
  const before = shown.find(({ from }) => from === 'memory');
  return [
    ...(unknownWords.length === 0 ? [] : [`unknown to the model: ${unknownWords.map(quoted).join(', ')}`]),
    ...(absent.length === 0 ? [] : [`I cannot tell what ${absent.join(', ')} would show now: nothing comes`]),
    now === undefined ? `${quoted(subject)} is not in view` : `${quoted(subject)} may be in view: ${described(now)}`,
    ...(remembered === 0 ? [] : [rememberedInWords(before, found, remembered)]),
  ].join('; ');
}

function rememberedInWords(before: FoundThing | undefined, found: readonly FoundThing[], remembered: number): string {
  if (before !== undefined) return `seen ${agoInWords(before.age)}: ${described(before)}`;
  const best = found.find(({ from }) => from === 'memory');
  const nearest =
    best === undefined ? '' : `; the likest is of ${agoInWords(best.age)} (${best.similarity.toFixed(3)})`;
  return `none of ${remembered} pictures remembered stands out${nearest}`;
}

function described({ stream, similarity, confidence, place }: FoundThing): string {
  const sure =
    confidence === undefined ? 'too little is remembered to say how sure' : `confidence ${confidence.toFixed(2)}`;
  const where =
    place === undefined ? '' : `, about (${place.position.map((m) => m.toFixed(1)).join(', ')}) m in ${place.frame}`;
  return `${stream}, similarity ${similarity.toFixed(3)}, ${sure}${where}`;
}

function agoInWords(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}

function quoted(words: string): string {
  return JSON.stringify(words);
}
