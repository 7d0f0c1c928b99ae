import { setImmediate as turn } from 'node:timers/promises';
import { SensoriumError } from '../contract/index.ts';
import type { AnswerEnd, AnswerOptions } from './answerer.ts';
import { MOST_TOKENS } from './answerer.ts';
import type { OpenTokenizer } from './tokenizer.ts';

/** What a decoder does step by step; it keeps what was said before. */
export interface Steps {
  /**
   * Reads what is asked.
   * @param pause called before each run of a network with the share of the work that is done, 0..1: does not come back where it is to end
   * @returns logits of the first token
   */
  readonly read: (pause: (share: number) => Promise<void>) => Promise<Float32Array>;
  /** Logits of the token after this one. */
  readonly next: (id: number) => Promise<Float32Array>;
}

/** How tokens are chosen. */
export interface GenerateOptions extends AnswerOptions {
  /** Tokens that end an answer. */
  readonly ends: readonly number[];
  /** Tokens that are never said. */
  readonly never?: readonly number[];
  /** Tokens that are not said first. */
  readonly neverFirst?: readonly number[];
  /** Tokens of which it is told how likely each would have been the first. */
  readonly firsts?: readonly number[];
}

/** What was said. */
export interface Generated {
  readonly ids: readonly number[];
  readonly text: string;
  readonly ended: AnswerEnd;
  /** Geometric mean of the tokens' probabilities. */
  readonly confidence: number;
  /** Probabilities of `firsts`. */
  readonly weights: readonly number[];
}

/**
 * Says the likeliest token after the likeliest token (greedy). Between two runs of a network the thread is given back, so that whoever
 * wants to call it off is heard.
 * @throws SensoriumError E_CANCELLED, E_MODEL_RUNTIME where a network gives what is no number
 */
export async function generate(steps: Steps, tokenizer: OpenTokenizer, options: GenerateOptions): Promise<Generated> {
  const { most = MOST_TOKENS, deadlineMs = Infinity, ends, never = [], neverFirst = [], firsts = [] } = options;
  const until = performance.now() + deadlineMs;
  const ids: number[] = [];
  const chances: number[] = [];
  let weights: readonly number[] = [];
  let shown = '';
  const said = (ended: AnswerEnd): Generated => {
    const mean = chances.reduce((sum, value) => sum + value, 0) / Math.max(1, chances.length);
    const confidence = chances.length === 0 ? 0 : Math.exp(mean);
    return { ids, text: tokenizer.wordsOf(ids).trim(), ended, confidence, weights };
  };
  /** @returns whether there still is time */
  const pause = async (): Promise<boolean> => {
    await turn();
    if (options.signal?.aborted === true) throw new SensoriumError('E_CANCELLED', 'called off', { path: 'answer' });
    return performance.now() <= until;
  };
  const tell = (): void => {
    // A letter may be several tokens: it is shown once it is whole.
    const text = tokenizer.wordsOf(ids);
    if (text.endsWith('\uFFFD') || !text.startsWith(shown)) return;
    options.onToken?.(text.slice(shown.length));
    shown = text;
  };

  let logits: Float32Array;
  try {
    logits = await steps.read(async (share) => {
      options.onProgress?.(share);
      if (!(await pause())) throw new Late();
    });
  } catch (error) {
    if (error instanceof Late) return said('deadline');
    throw error;
  }
  for (;;) {
    for (const id of ids.length === 0 ? [...never, ...neverFirst] : never) logits[id] = -Infinity;
    const { id, logProbability } = likeliest(logits);
    if (chances.length === 0) weights = firsts.map((its) => Math.exp(logits[its] - logits[id] + logProbability));
    chances.push(logProbability);
    if (ends.includes(id)) return said('end');
    ids.push(id);
    tell();
    if (ids.length >= most) return said('length');
    if (!(await pause())) return said('deadline');
    logits = await steps.next(id);
  }
}

/** Its time was up before anything was said. */
class Late extends Error {}

/** The greatest number, and the logarithm of its share after a softmax. */
function likeliest(logits: Float32Array): { readonly id: number; readonly logProbability: number } {
  let id = 0;
  for (let i = 1; i < logits.length; i += 1) if (logits[i] > logits[id]) id = i;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - logits[id]);
  if (Number.isFinite(sum) && sum > 0) return { id, logProbability: -Math.log(sum) };
  throw new SensoriumError('E_MODEL_RUNTIME', 'it gives what is no number', { path: 'logits' });
}
