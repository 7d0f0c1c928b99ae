/**
 * What is asked about clips to learn from, beside each folder of them (`words.jsonl`, one line a clip): questions of so many draws about the clips of all folders together, and
 * descriptions.
 *
 *     node dist/examples/clip-words.js SEED DRAWS FOLDER...
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Side, StillTruth, StillVocabulary } from '../src/contract/index.ts';
import { wordsAbout } from '../src/cli/clips.ts';
import { createRandom } from '../src/random/index.ts';
import { descriptionOf, phrasing } from '../src/words/index.ts';
import { aboutColour, aboutCount, SOUNDING } from '../src/words/candidates.ts';
import { fill } from '../src/words/phrasings.ts';

/** Form, words, answer and, without one, why there is none. */
type Row = readonly [string, string, string | null, string];

/** Share that is asked of what is common, by answer or why there is none; of other reasons, and of numbers, {@link OTHERS}. */
const COMMON: Readonly<Record<string, number>> = {
  '1': 0.25,
  footsteps: 0.6,
  nothing: 0.6,
  'not there': 0.05,
  'out of view': 0.04,
};
const OTHERS = 0.3;
const WIDTH = 160;

const [seed, draws] = [Number(process.argv[2]), Number(process.argv[3])];
const folders = process.argv.slice(4).map((folder) => {
  const lines = readFileSync(join(folder, 'stills.jsonl'), 'utf8').split('\n');
  return { folder, truths: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as StillTruth) };
});
const truths = folders.flatMap((its) => its.truths).map((truth, still) => thinned({ ...truth, still }));
const labels = [...new Set(truths.flatMap(({ things }) => things.map(({ label }) => label)))].sort();
const { colours } = JSON.parse(readFileSync(join(folders[0].folder, 'dataset.json'), 'utf8')) as StillVocabulary;
const vocabulary: StillVocabulary = {
  colours,
  classes: labels.map((label) => ({ label, stands: 'floor', heldOut: false, coloured: true, heldOutColours: [] })),
};
// What can be balanced only in large sets is also asked as it comes: colours, numbers, sounds.
const direct = [...labels.flatMap((label) => [aboutColour({ label }), aboutCount({ label })]), ...SOUNDING];
const random = createRandom(seed);
const rows: Row[][] = truths.map(() => []);
for (let draw = 0; draw < draws; draw += 1) {
  for (const { still, form, text, answer, why } of wordsAbout(truths, { seed: seed + draw, split: 'train', vocabulary })
    .questions) {
    rows[still].push([form, text, answer, why ?? '']);
  }
  for (const truth of truths) {
    for (const { form, phrased, words, reply } of direct) {
      const its = reply(truth);
      if (its === undefined) continue;
      const [key, usual] = 'answer' in its ? [its.answer, form === 'count' ? OTHERS : 1] : ([its.why, OTHERS] as const);
      if (random() > (form === 'colour' && 'answer' in its ? 1 : (COMMON[key] ?? usual))) continue;
      const text = fill(phrasing(random, phrased, 'train'), words);
      rows[truth.still].push([form, text, 'answer' in its ? its.answer : null, 'why' in its ? its.why : '']);
    }
  }
}
let at = 0;
for (const { folder, truths: own } of folders) {
  const lines = own.map((truth, i) => ({ ...described(truth), questions: rows[at + i] }));
  writeFileSync(join(folder, 'words.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  at += own.length;
}

/** Of things out of view one of a kind is enough. */
function thinned(truth: StillTruth): StillTruth {
  const kinds = new Set<string>();
  const things = truth.things.filter(({ box, label, colour }) => {
    const kind = `${label} ${colour}`;
    const isNew = box !== undefined || !kinds.has(kind);
    if (box === undefined) kinds.add(kind);
    return isNew;
  });
  return { ...truth, things };
}

/** The description, and that of the mirror image; none where a sense fails. */
function described(truth: StillTruth): { readonly description: string; readonly mirrored?: string } {
  const { camera, microphones } = truth.clip?.senses ?? {};
  if (camera !== 'well' || microphones !== 'well') return { description: '' };
  const side = (its: Side | undefined): Side | undefined => (its === 'left' ? 'right' : its === 'right' ? 'left' : its);
  const { sound } = truth;
  const mirrored = {
    ...truth,
    things: truth.things.map((thing) => {
      if (thing.box === undefined) return thing;
      const [left, top, right, bottom] = thing.box;
      return { ...thing, box: [WIDTH - right, top, WIDTH - left, bottom] as const };
    }),
    ...(sound && { sound: { ...sound, ...(sound.side && { side: side(sound.side) }) } }),
  };
  return { description: descriptionOf(truth), mirrored: descriptionOf(mirrored) };
}
