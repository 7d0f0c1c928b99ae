import type { AnswerEnd } from './answerer.ts';
import type { Spoken } from './speech.ts';

/** What was said in all windows of a sound. */
export interface SpokenInAll {
  readonly text: string;
  /** Of the first window in which something was said. */
  readonly language: string | null;
  /** Geometric mean of the probabilities of all tokens; `null` where nothing was said. */
  readonly confidence: number | null;
  /** What cut the first window short that was. */
  readonly ended: AnswerEnd;
}

/** Puts together what was said in windows that follow one another. */
export function inOne(windows: readonly Spoken[]): SpokenInAll {
  const said = windows.filter(({ text }) => text !== '');
  const tokens = said.reduce((sum, one) => sum + one.tokens, 0);
  const surprise = said.reduce((sum, one) => sum + one.tokens * Math.log(one.confidence ?? 1), 0);
  return {
    text: said.map(({ text }) => text).join(' '),
    language: [...said, ...windows][0]?.language ?? null,
    confidence: tokens === 0 ? null : Math.exp(surprise / tokens),
    ended: windows.find(({ ended }) => ended !== 'end')?.ended ?? 'end',
  };
}
