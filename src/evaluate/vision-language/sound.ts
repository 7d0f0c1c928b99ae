import { hashOf, SensoriumError, type StillTruth } from '../../contract/index.ts';
import { below, createRandom, shuffled } from '../../random/index.ts';
import { cosine, largest, pairOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingStills } from './using.ts';

/** Captions to choose from. */
const CHOICES = 20;

/** Which of 20 captions, no two of which say the same, tells what is heard? The clip is a second of four microphones. */
export const sound: Task = {
  description: `the caption, of ${CHOICES}, that tells what is heard and from where`,
  baseline: 'chance',
  run: usingStills(async ({ stills, model, progress }) => {
    const { embedSound } = model;
    if (embedSound === undefined) {
      throw new SensoriumError('E_USAGE', 'expected a model with a network for sound', { path: '--model' });
    }
    const captions = stills.captions.filter(({ about }) => about === 'sound');
    const texts = new Map<string, string[]>();
    for (const { still, text } of captions) {
      const said = saidOf(stills.truths[still]);
      texts.set(said, [...(texts.get(said) ?? []), text]);
    }
    const embeddings = new Map<string, Float32Array>();
    for (const { text } of captions) {
      if (!embeddings.has(text)) embeddings.set(text, await model.embedWords(text));
    }
    const cases: Case[] = [];
    for (const { still, text, kind } of captions) {
      progress(still / stills.truths.length, `still ${still}`);
      const random = createRandom(hashOf(`${stills.seed} sound ${still}`));
      const own = saidOf(stills.truths[still]);
      const others = shuffled(random, [...texts.keys()].filter((said) => said !== own).sort()).slice(0, CHOICES - 1);
      const choices = [text, ...others.map((said) => oneOf(texts.get(said) ?? [], random))];
      const heard = await embedSound(stills.sound(still));
      const scores = choices.map((choice) => cosine(embeddings.get(choice) ?? heard, heard));
      const best = largest(scores);
      cases.push({
        id: `sound-${still}`,
        kind,
        form: stills.truths[still].sound?.label ?? 'nothing',
        truth: text,
        answer: choices[best],
        score: scores[best],
        world: pairOf(still),
      });
    }
    return {
      cases,
      baseline: 100 / Math.min(CHOICES, Math.max(1, texts.size)),
      more: { captions: Math.min(CHOICES, texts.size) },
    };
  }),
};

/** What a caption of the still's sound says, whatever its words. */
function saidOf({ sound: its }: StillTruth): string {
  return `${its?.label} ${its?.side}`;
}

function oneOf<T>(list: readonly T[], random: () => number): T {
  return list[below(random, list.length)];
}
