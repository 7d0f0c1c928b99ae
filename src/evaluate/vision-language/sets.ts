import type { StillSet } from '../../stills/index.ts';
import type { Form } from '../../words/index.ts';
import { rounded } from './rounded.ts';
import { pairOf } from './similarity.ts';
import type { Case } from './task.ts';

/** Forms that clips alone are asked. */
const OF_CLIPS: readonly string[] = ['motion', 'event'] satisfies readonly Form[];

/** What came of a set of stills or of clips, for tasks that take both. */
export interface SetRun {
  readonly what: 'stills' | 'clips';
  readonly cases: readonly Case[];
}

/** What a set is called. */
export function nameOf({ isClips }: StillSet): SetRun['what'] {
  return isClips ? 'clips' : 'stills';
}

/** The name of a form: where stills and clips both have it, that of clips has `clips` before it. */
export function formIn({ isClips }: StillSet, form: string): string {
  return isClips && !OF_CLIPS.includes(form) ? `clips ${form}` : form;
}

/** What a case is about, for the bootstrap: clips of one recording hold much the same, and so do the stills of a pair. */
export function worldOf({ truths }: StillSet, still: number): string {
  return truths[still].clip?.recording ?? pairOf(still);
}

/** The figure of each set by its name, where there are both. */
export function figuresOf(
  parts: readonly SetRun[],
  measure: (cases: readonly Case[]) => number,
  name: (what: SetRun['what']) => string = (what) => what,
): Readonly<Record<string, number>> {
  if (parts.length < 2) return {};
  return Object.fromEntries(parts.map(({ what, cases }) => [name(what), rounded(measure(cases))]));
}
