import {
  exampleAt,
  hashOf,
  meanOf,
  prototypeOf,
  SensoriumError,
  sortOf,
  TAUGHT_FROM,
  unitOf,
  type Picture,
  type Sought,
  type StillThing,
} from '../../contract/index.ts';
import type { Look, Senses } from '../../hub/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { inView, isClear } from '../../words/index.ts';
import { rounded } from './rounded.ts';
import { cosine, largest, pairOf, sharesOf } from './similarity.ts';
import { percentRight, type Case, type Task } from './task.ts';
import { usingStills } from './using.ts';

/** Classes that are taught at once, and how many examples of each. */
const TAUGHT = 5;
const SHOTS = [1, 5] as const;
/** Lessons, each with other classes and examples, and things of each class that are asked about in one. */
const LESSONS = 30;
const ASKED = 6;
/** Output of a network whose cells say what a thing is, whatever its colour. */
const THINGS = 'thing_embeds';

/** Something that is seen, as the model sees it. */
interface Seen {
  readonly label: string;
  readonly still: number;
  readonly id: number;
  /** What it is known by, of length 1: what the model says of its cell, if it tells of cells; else the same as `cut`. */
  readonly known: Float32Array;
  /** Embedding of the picture of it alone. */
  readonly cut: Float32Array;
  /** What the model sees there by itself, as in the daemon. */
  readonly example: Sought | undefined;
}

/**
 * Classes that were never trained are taught by examples, with no weight changed: of each the mean of its examples is kept, and
 * what is asked about is of the class whose mean is nearest (prototypes, Snell et al. 2017). Things of classes that were not taught, and never trained either, are to be
 * rejected: nothing is near them. The value is that of 5 examples.
 */
export const teach: Task = {
  description: `the class of a thing, of ${TAUGHT} that were never trained, after ${SHOTS.join(' and ')} examples`,
  baseline: 'the same means of embeddings of the thing cut out of its picture',
  measure: (cases) => percentRight(valued(cases)),
  run: usingStills(async ({ stills, model, progress }) => {
    const seen = await thingsOf(stills, model, progress);
    const classes = [...new Set(seen.map(({ label }) => label))].sort();
    const enough = classes.filter((label) => seen.filter((its) => its.label === label).length > Math.max(...SHOTS));
    if (enough.length < TAUGHT) {
      const what = `expected ${TAUGHT} classes that are never trained, each seen ${Math.max(...SHOTS) + 1} times, got ${enough.length}`;
      throw new SensoriumError('E_USAGE', `${what}; the test split shows them`, { path: stills.folder });
    }
    const cases: Case[] = [];
    let cutRight = 0;
    const daemon = { asked: 0, right: 0, wrong: 0, strangers: 0, taken: 0 };
    const margins: { readonly score: number; readonly isKnown: boolean }[] = [];
    for (let lesson = 0; lesson < LESSONS; lesson += 1) {
      const random = createRandom(hashOf(`${stills.seed} teach ${lesson}`));
      const taught = shuffled(random, enough).slice(0, TAUGHT);
      const drawn = taught.map((label) =>
        shuffled(
          random,
          seen.filter((its) => its.label === label),
        ),
      );
      const most = Math.max(...SHOTS);
      const asked = drawn.flatMap((all) => all.slice(most, most + ASKED));
      const strangers = shuffled(
        random,
        seen.filter(({ label }) => !taught.includes(label)),
      ).slice(0, asked.length);
      for (const shots of SHOTS) {
        const means = drawn.map((all) => meanOf(all.slice(0, shots).map(({ known }) => known)));
        const cuts = drawn.map((all) => meanOf(all.slice(0, shots).map(({ cut }) => cut)));
        for (const its of asked) {
          const scores = means.map((mean) => cosine(mean, its.known));
          const best = largest(scores);
          const nearestCut = taught[largest(cuts.map((mean) => cosine(mean, its.cut)))];
          if (shots === most && nearestCut === its.label) cutRight += 1;
          cases.push({
            id: `teach-${lesson}-${shots}-${its.still}-${its.id}`,
            kind: 'class',
            form: formOf(shots),
            truth: its.label,
            answer: taught[best],
            score: scores[best],
            world: pairOf(its.still),
          });
        }
        if (shots !== most) continue;
        const nearest = (one: Seen): number => Math.max(...means.map((mean) => cosine(mean, one.known)));
        margins.push(...asked.map((one) => ({ score: nearest(one), isKnown: true })));
        margins.push(...strangers.map((one) => ({ score: nearest(one), isKnown: false })));
        const sorts = drawn.flatMap((all, i) => {
          const examples = all.slice(0, shots).flatMap(({ example }) => example ?? []);
          return examples.length === 0 ? [] : [{ label: taught[i], sought: prototypeOf(examples) }];
        });
        const taken = (one: Seen): string | undefined => one.example && sortOf(one.example, sorts)?.sort.label;
        daemon.asked += asked.length;
        daemon.right += asked.filter((one) => taken(one) === one.label).length;
        daemon.wrong += asked.filter((one) => ![one.label, undefined].includes(taken(one))).length;
        daemon.strangers += strangers.length;
        daemon.taken += strangers.filter((one) => taken(one) !== undefined).length;
      }
    }
    const baseline = (100 * cutRight) / valued(cases).length;
    const share = (some: number, all: number): number => rounded((100 * some) / all);
    const more = {
      rejection: Math.round(1000 * areaOf(margins)) / 1000,
      'threshold of the daemon': TAUGHT_FROM,
      'by things that it sees: known, %': share(daemon.right, daemon.asked),
      'taken for another, %': share(daemon.wrong, daemon.asked),
      'strangers taken for a taught one, %': share(daemon.taken, daemon.strangers),
    };
    return { cases, baseline, more };
  }),
};

function formOf(shots: number): string {
  return shots === 1 ? '1 example' : `${shots} examples`;
}

/** Those of the most examples; all, where there are none of these. */
function valued(cases: readonly Case[]): readonly Case[] {
  const most = cases.filter(({ form }) => form === formOf(Math.max(...SHOTS)));
  return most.length > 0 ? most : cases;
}

/** Every thing of a class that is never trained and counts as seen. */
async function thingsOf(
  stills: StillSet,
  model: Senses,
  progress: (share: number, what: string) => void,
): Promise<Seen[]> {
  const held = stills.vocabulary.classes.filter(({ heldOut }) => heldOut).map(({ label }) => label);
  const seen: Seen[] = [];
  for (const truth of stills.truths) {
    const things = inView(truth).filter((thing) => isClear(thing) && held.includes(thing.label));
    if (things.length === 0) continue;
    progress(truth.still / stills.truths.length, `still ${truth.still}`);
    const picture = stills.picture(truth.still);
    const look = await model.look(picture);
    const seenThings = await model.things?.(look);
    for (const thing of things) {
      const cut = await model.embedPicture(cutOut(picture, thing));
      const known = cellOf(thing, picture, model, look) ?? cut;
      const example =
        thing.box && exampleAt({ embedding: look.embedding, things: seenThings }, sharesOf(thing.box, picture));
      seen.push({ label: thing.label, still: truth.still, id: thing.id, known, cut, example });
    }
  }
  return seen;
}

/** What the model says of the cell in the middle of a thing; `undefined`: its pictures have no such cells. */
function cellOf({ box }: StillThing, picture: Picture, { grid }: Senses, { cells }: Look): Float32Array | undefined {
  const width = grid?.outputs[THINGS];
  if (grid === undefined || width === undefined || box === undefined) return undefined;
  const [rows, columns] = grid.cells;
  const column = Math.min(columns - 1, Math.floor(((box[0] + box[2]) / 2 / picture.width) * columns));
  const row = Math.min(rows - 1, Math.floor(((box[1] + box[3]) / 2 / picture.height) * rows));
  const at = (row * columns + column) * width;
  return unitOf(cells[THINGS].slice(at, at + width));
}

/** A thing by itself. */
function cutOut(picture: Picture, { box = [0, 0, picture.width, picture.height] }: StillThing): Picture {
  const [left, top, right, bottom] = box;
  const { rowStride, data, format } = picture;
  const bytes = format === 'mono8' ? 1 : 3;
  const stride = (right - left) * bytes;
  const out = new Uint8Array(stride * (bottom - top));
  for (let y = top; y < bottom; y += 1) {
    const from = y * rowStride + left * bytes;
    out.set(data.subarray(from, from + stride), (y - top) * stride);
  }
  return { width: right - left, height: bottom - top, format, rowStride: stride, data: out };
}

/** Area under the curve of hits over false alarms: how often what is known scores higher than what is not (ties count half). */
function areaOf(all: readonly { readonly score: number; readonly isKnown: boolean }[]): number {
  const [known, unknown] = [true, false].map((is) =>
    all.filter(({ isKnown }) => isKnown === is).map(({ score }) => score),
  );
  let wins = 0;
  for (const a of known) for (const b of unknown) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (known.length * unknown.length);
}
