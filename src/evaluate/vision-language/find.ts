import type { StillTruth } from '../../contract/index.ts';
import { groupsTold, holds, type Caption } from '../../words/index.ts';
import { cosine, largest, pairOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingStills } from './using.ts';

/** Pictures among which one is to be found. */
const GALLERY = 100;

interface Shown {
  readonly truth: StillTruth;
  readonly caption: Caption;
}

/**
 * Which of 100 pictures is it that a list of things tells of? The lists are true of one picture of their gallery alone: what is true of another one, or
 * could be, is left out. Galleries are filled in the order of the stills, so that the two of a pair, which hold much the same, are in one.
 */
export const find: Task = {
  description: `the picture, of ${GALLERY}, that a list of things tells of`,
  baseline: 'chance',
  run: usingStills(async ({ stills, model, progress }) => {
    const galleries = galleriesOf(
      stills.captions
        .filter(({ about }) => about === 'groups')
        .map((caption) => ({ caption, truth: stills.truths[caption.still] })),
    );
    const cases: Case[] = [];
    for (const [i, gallery] of galleries.entries()) {
      progress(i / galleries.length, `gallery ${i + 1} of ${galleries.length}`);
      const seen: Float32Array[] = [];
      for (const { truth } of gallery) seen.push(await model.embedPicture(stills.picture(truth.still)));
      for (const { truth, caption } of gallery) {
        const asked = await model.embedWords(caption.text);
        const scores = seen.map((embedding) => cosine(asked, embedding));
        const best = largest(scores);
        const { still } = truth;
        cases.push({
          id: `find-${still}`,
          kind: caption.kind,
          form: formOf(caption, truth),
          truth: String(still),
          answer: String(gallery[best].truth.still),
          score: scores[best],
          world: pairOf(still),
        });
      }
    }
    const size = galleries[0]?.length ?? 0;
    return { cases, baseline: 100 / size, more: { gallery: size } };
  }),
};

/** Full galleries; where there are too few stills for one, what there is. */
function galleriesOf(all: readonly Shown[]): Shown[][] {
  const galleries: Shown[][] = [[]];
  for (const shown of all) {
    let gallery = galleries[galleries.length - 1];
    if (gallery.length === GALLERY) galleries.push((gallery = []));
    if (gallery.every((other) => isOther(shown, other) && isOther(other, shown))) gallery.push(shown);
  }
  const full = galleries.filter(({ length }) => length === GALLERY);
  return full.length > 0 ? full : galleries;
}

/** Whether what is said of one still is surely false of the other. */
function isOther({ truth, caption }: Shown, other: Shown): boolean {
  return holds({ about: 'groups', groups: groupsTold(caption.text, truth) }, other.truth) === false;
}

/** How many kinds of things are told. */
function formOf({ text }: Caption, truth: StillTruth): string {
  return `${groupsTold(text, truth).length} kinds`;
}
