import {
  BLOCK_SECONDS,
  blockOf,
  hashOf,
  NOVELTIES,
  type Novelty,
  type StillSource,
  type StillTruth,
} from '../../contract/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import { maximaOf, thresholdOf, type Similarity } from '../../recall/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { inView, isClear, nounIs, nounOf, noveltyOf, say, unique } from '../../words/index.ts';
import { rounded } from './rounded.ts';
import { cosine } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingStills, type Opened } from './using.ts';

/** False alarms an hour that are asked for. */
const STATED = 1;
/** Hours of what the thing is not in, where it is not said how many; and the log's share of that. */
const HOURS = 10;
const LOG_SHARE = 0.4;
/** Things that are watched for, of each kind. */
const WATCHED = 4;
const SECONDS = 3600;
/** Of a normal variable: what one block of 10 s in 360 is above. */
const QUANTILE = 2.7729;

type Noun = ReturnType<typeof nounOf>;

interface Watched {
  readonly noun: Noun;
  readonly words: string;
  readonly kind: Novelty;
  readonly embedding: Float32Array;
}

/** What a run of pictures was to what is watched for. */
interface Seen {
  /** By what is watched for: pictures in which it is not, by time. */
  readonly without: readonly Similarity[][];
  /** Those that show it clearly. */
  readonly showing: readonly number[][];
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
  measure: (cases) => cases.reduce((sum, { answer }) => sum + Number(answer), 0) / cases.length,
  run: async ({ hours = HOURS, ...context }) =>
    usingStills(async ({ stills, model, progress }) => {
      const watched = await watchedIn(stills, model);
      const pictures = (name: string, share: number, from: number, to: number): Promise<Seen> => {
        const source = context.beside.stills(hashOf(`${stills.seed} watch ${name}`) % 2 ** 31, stills.split);
        return see(source, Math.round(share * SECONDS), watched, model, (done) =>
          progress(from + done * (to - from), name),
        );
      };
      const middle = LOG_SHARE / (1 + LOG_SHARE);
      const log = await pictures('log', LOG_SHARE * hours, 0, middle);
      const other = await pictures('negatives', hours, middle, 1);
      const cases: Case[] = [];
      const [recalls, byNormal]: [{ kind: Novelty; shown: number; all: number }[], number[]] = [[], []];
      for (const [i, { words, kind }] of watched.entries()) {
        const maxima = maximaOf(log.without[i]);
        const threshold = thresholdOf(maxima, STATED) ?? Infinity;
        const shown = other.showing[i].filter((similarity) => similarity >= threshold).length;
        recalls.push({ kind, shown, all: other.showing[i].length });
        byNormal.push(alarmsOf(other.without[i], normalThreshold(maxima)).length / hours);
        const alarms = alarmsOf(other.without[i], threshold);
        for (let hour = 0; hour < hours; hour += 1) {
          const its = alarms.filter((block) => Math.floor((block * BLOCK_SECONDS) / SECONDS) === hour).length;
          cases.push({
            id: `watch-${words.replaceAll(' ', '-')}-${hour}`,
            kind,
            form: words,
            truth: String(STATED),
            answer: String(its),
            score: threshold,
            world: words,
          });
        }
      }
      const recallOf = (some: typeof recalls): number =>
        rounded((100 * some.reduce((sum, { shown }) => sum + shown, 0)) / some.reduce((sum, { all }) => sum + all, 0));
      return {
        cases,
        baseline: byNormal.reduce((sum, rate) => sum + rate, 0) / byNormal.length,
        more: {
          stated: STATED,
          'hours of the log': LOG_SHARE * hours,
          'hours of negatives': hours,
          'recall, %': recallOf(recalls),
          ...Object.fromEntries(
            NOVELTIES.map((kind) => [`recall ${kind}, %`, recallOf(recalls.filter((its) => its.kind === kind))]),
          ),
          appearances: recalls.reduce((sum, { all }) => sum + all, 0),
        },
      };
    })(context),
};

/** Things with a colour that the data show: as many of each kind. */
async function watchedIn({ truths, vocabulary, seed }: StillSet, model: Opened['model']): Promise<Watched[]> {
  const nouns = unique(truths.flatMap((truth) => inView(truth).filter(isClear).map(nounOf)));
  const coloured = shuffled(
    createRandom(hashOf(`${seed} watch`)),
    nouns.filter(({ colour }) => colour !== undefined),
  );
  const chosen = NOVELTIES.flatMap((kind) =>
    coloured.filter((noun) => noveltyOf([noun], vocabulary) === kind).slice(0, WATCHED),
  );
  const watched: Watched[] = [];
  for (const noun of chosen) {
    const words = say({ about: 'thing', noun }, '{one}');
    const kind = noveltyOf([noun], vocabulary);
    watched.push({ noun, words, kind, embedding: await model.embedWords(words) });
  }
  return watched;
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
  const judge = (embedding: Float32Array, truth: StillTruth, second: number): void => {
    for (const [i, { noun, embedding: words }] of watched.entries()) {
      const its = inView(truth).filter((thing) => nounIs(noun, nounOf(thing)));
      const similarity = cosine(words, embedding);
      if (its.length === 0) seen.without[i].push({ at: second * 1e6, similarity });
      else if (its.some(isClear)) seen.showing[i].push(similarity);
    }
  };
  let last: Promise<void> = Promise.resolve();
  for (let second = 0; second < count; second += 1) {
    const { picture: data, truth } = source.still(second, false);
    await last;
    last = model
      .embedPicture({ width, height, format: 'rgb8', rowStride: 3 * width, data })
      .then((embedding) => judge(embedding, truth, second));
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
  const mean = maxima.reduce((sum, value) => sum + value, 0) / maxima.length;
  const variance = maxima.reduce((sum, value) => sum + (value - mean) ** 2, 0) / maxima.length;
  return mean + QUANTILE * Math.sqrt(variance);
}
