import {
  BLOCK_SECONDS,
  blockOf,
  exampleAt,
  hashOf,
  likenessOf,
  NOVELTIES,
  prototypeOf,
  type Novelty,
  type Picture,
  type SeenThing,
  type Sought,
  type StillSource,
  type StillTruth,
} from '../../contract/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import { maximaOf, thresholdOf, type Similarity } from '../../recall/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { inView, isClear, names, nounOf, noveltyOf, say, unique, type Noun } from '../../words/index.ts';
import { rounded } from './rounded.ts';
import { sharesOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingStills, type Opened } from './using.ts';

/** False alarms an hour that are asked for. */
const STATED = 1;
/** Hours of what the thing is not in, where it is not said how many; and the log's share of that. */
const HOURS = 10;
const LOG_SHARE = 0.4;
/** Things that are watched for, of each kind, and examples of each that is taught. */
const WATCHED = 4;
const EXAMPLES = 5;
const SECONDS = 3600;
/** Of a normal variable: what one block of 10 s in 360 is above. */
const QUANTILE = 2.7729;

/** What an encoder says of a picture. */
interface View {
  readonly embedding: Float32Array;
  readonly things: readonly SeenThing[] | undefined;
}

interface Watched {
  readonly noun: Noun;
  readonly words: string;
  readonly kind: Novelty;
  readonly likeness: (view: View) => number;
}

/** What a run of pictures was to what is watched for. */
interface Seen {
  /** By what is watched for: pictures in which it is not, by time. */
  readonly without: readonly Similarity[][];
  /** Those that show it clearly. */
  readonly showing: readonly number[][];
}

/** How one thing was watched for. */
interface Outcome {
  readonly its: Watched;
  readonly threshold: number;
  /** Blocks. */
  readonly alarms: readonly number[];
  readonly shown: number;
  readonly appearances: number;
  /** False alarms an hour of a normal distribution's threshold. */
  readonly byNormal: number;
}

/**
 * How many false alarms an hour a threshold gives that was found, for one an hour, from a log of other rooms: `watch` as the daemon does it. Log and
 * negatives are pictures at 1 Hz, each of another room, drawn for this as `sensorium simulate --stills` draws them, with seeds that follow from that of
 * the data; a picture in which the thing is, be it little of it, is no negative. A case is an hour of watching for one thing.
 */
export const watch: Task = {
  description: `false alarms an hour of a threshold that a log gave for ${STATED}, in ${HOURS} h of other rooms; recall`,
  baseline: 'a threshold by the mean and the deviation of the maxima of the log, as if they were normal',
  unit: '',
  measure: (cases) => mean(cases.map(({ answer }) => Number(answer))),
  run: async ({ hours = HOURS, ...context }) =>
    usingStills(async ({ stills, model, progress }) => {
      const named = await namedIn(stills, model);
      // The same words, compared with pictures as a whole; and classes by examples of them.
      const sets = { named: named.map(byThings), whole: named.map(asWhole), taught: await taughtIn(stills, model) };
      const watched = Object.values(sets).flat();
      const pictures = (name: string, share: number, from: number, to: number): Promise<Seen> => {
        const source = context.beside.stills(hashOf(`${stills.seed} watch ${name}`) % 2 ** 31, stills.split);
        return see(source, Math.round(share * SECONDS), watched, model, (done) =>
          progress(from + done * (to - from), name),
        );
      };
      const middle = LOG_SHARE / (1 + LOG_SHARE);
      const log = await pictures('log', LOG_SHARE * hours, 0, middle);
      const other = await pictures('negatives', hours, middle, 1);
      const outcomes = watched.map((its, i): Outcome => {
        const maxima = maximaOf(log.without[i]);
        const threshold = thresholdOf(maxima, STATED) ?? Infinity;
        return {
          its,
          threshold,
          alarms: alarmsOf(other.without[i], threshold),
          shown: other.showing[i].filter((similarity) => similarity >= threshold).length,
          appearances: other.showing[i].length,
          byNormal: alarmsOf(other.without[i], normalThreshold(maxima)).length / hours,
        };
      });
      const of = (set: readonly Watched[]): Outcome[] => outcomes.filter(({ its }) => set.includes(its));
      const rateOf = (some: readonly Outcome[]): number =>
        rounded(mean(some.map(({ alarms }) => alarms.length / hours)));
      const [byName, whole, taught] = [sets.named, sets.whole, sets.taught].map(of);
      return {
        cases: byName.flatMap((outcome) => casesOf(outcome, hours)),
        baseline: mean(byName.map(({ byNormal }) => byNormal)),
        more: {
          stated: STATED,
          'hours of the log': LOG_SHARE * hours,
          'hours of negatives': hours,
          'recall, %': recallOf(byName),
          ...Object.fromEntries(
            NOVELTIES.map((kind) => [`recall ${kind}, %`, recallOf(byName.filter(({ its }) => its.kind === kind))]),
          ),
          appearances: byName.reduce((sum, { appearances }) => sum + appearances, 0),
          'false alarms an hour, pictures as a whole': rateOf(whole),
          'recall, pictures as a whole, %': recallOf(whole),
          'taught classes': taught.length,
          'false alarms an hour, taught': rateOf(taught),
          'recall, taught, %': recallOf(taught),
        },
      };
    })(context),
};

/** Hours of watching for one thing. */
function casesOf({ its: { words, kind }, alarms, threshold }: Outcome, hours: number): Case[] {
  return Array.from({ length: hours }, (_, hour) => ({
    id: `watch-${words.replaceAll(' ', '-')}-${hour}`,
    kind,
    form: words,
    truth: String(STATED),
    answer: String(alarms.filter((block) => Math.floor((block * BLOCK_SECONDS) / SECONDS) === hour).length),
    score: threshold,
    world: words,
  }));
}

function recallOf(some: readonly Outcome[]): number {
  const [shown, all] = [
    some.reduce((sum, its) => sum + its.shown, 0),
    some.reduce((sum, its) => sum + its.appearances, 0),
  ];
  return rounded((100 * shown) / all);
}

/** Something with a name, and where its words lie. */
interface Named {
  readonly noun: Noun;
  readonly words: string;
  readonly kind: Novelty;
  readonly embedding: Float32Array;
}

function byThings({ embedding, ...its }: Named): Watched {
  return { ...its, likeness: (view) => likenessOf({ embedding }, view) };
}

function asWhole({ embedding, ...its }: Named): Watched {
  return { ...its, likeness: (view) => likenessOf({ embedding }, { ...view, things: undefined }) };
}

/** Things with a colour that the data show: as many of each kind. */
async function namedIn({ truths, vocabulary, seed }: StillSet, model: Opened['model']): Promise<Named[]> {
  const nouns = unique(truths.flatMap((truth) => inView(truth).filter(isClear).map(nounOf)));
  const coloured = shuffled(
    createRandom(hashOf(`${seed} watch`)),
    nouns.filter(({ colour }) => colour !== undefined),
  );
  const chosen = NOVELTIES.flatMap((kind) =>
    coloured.filter((noun) => noveltyOf([noun], vocabulary) === kind).slice(0, WATCHED),
  );
  const named: Named[] = [];
  for (const noun of chosen) {
    const words = say({ about: 'thing', noun }, '{one}');
    const kind = noveltyOf([noun], vocabulary);
    named.push({ noun, words, kind, embedding: await model.embedWords(words) });
  }
  return named;
}

/** Classes that were never trained, by the first examples of them in the data. */
async function taughtIn(stills: StillSet, model: Opened['model']): Promise<Watched[]> {
  const held = stills.vocabulary.classes.filter(({ heldOut }) => heldOut).map(({ label }) => label);
  const chosen = shuffled(createRandom(hashOf(`${stills.seed} watch taught`)), held).slice(0, WATCHED);
  const taught: Watched[] = [];
  for (const label of chosen) {
    const examples: Sought[] = [];
    for (const truth of stills.truths) {
      const thing = inView(truth).find((its) => isClear(its) && its.label === label);
      if (thing?.box === undefined || examples.length === EXAMPLES) continue;
      const picture = stills.picture(truth.still);
      const example = exampleAt(await viewOf(model, picture), sharesOf(thing.box, picture));
      if (example !== undefined) examples.push(example);
    }
    if (examples.length < EXAMPLES) continue;
    const sought = prototypeOf(examples);
    const kind = 'class';
    taught.push({ noun: { label }, words: label, kind, likeness: (view) => likenessOf(sought, view) });
  }
  return taught;
}

async function viewOf(model: Opened['model'], picture: Picture): Promise<View> {
  const look = await model.look(picture);
  return { embedding: look.embedding, things: await model.things?.(look) };
}

/** Draws pictures and looks at them; the next one is drawn while the last one is looked at. */
async function see(
  source: StillSource,
  count: number,
  watched: readonly Watched[],
  model: Opened['model'],
  progress: (share: number) => void,
): Promise<Seen> {
  const seen = { without: watched.map((): Similarity[] => []), showing: watched.map((): number[] => []) };
  const { width, height } = source;
  const judge = (view: View, truth: StillTruth, second: number): void => {
    for (const [i, { noun, likeness }] of watched.entries()) {
      const its = inView(truth).filter((thing) => names(noun, thing));
      const similarity = likeness(view);
      if (its.length === 0) seen.without[i].push({ at: second * 1e6, similarity });
      else if (its.some(isClear)) seen.showing[i].push(similarity);
    }
  };
  let last: Promise<void> = Promise.resolve();
  for (let second = 0; second < count; second += 1) {
    const { picture: data, truth } = source.still(second, false);
    await last;
    last = viewOf(model, { width, height, format: 'rgb8', rowStride: 3 * width, data }).then((view) =>
      judge(view, truth, second),
    );
    if (second % 100 === 0) progress(second / count);
  }
  await last;
  return seen;
}

/** Blocks whose maximum reaches a threshold. */
function alarmsOf(series: readonly Similarity[], threshold: number): number[] {
  return [...new Set(series.filter(({ similarity }) => similarity >= threshold).map(({ at }) => blockOf(at)))];
}

function normalThreshold(maxima: readonly number[]): number {
  const middle = mean(maxima);
  return middle + QUANTILE * Math.sqrt(mean(maxima.map((value) => (value - middle) ** 2)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
