import { bestThing, type StillThing, type StillTruth } from '../../contract/index.ts';
import type { Vector3 } from '../../frame/index.ts';
import { fromRollPitchYaw, transformPoint } from '../../geometry/index.ts';
import { depthIn, halfDepthOf, middleIn, type BoxShares } from '../../perception/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { inView, isClear, nounOf, noveltyOf, say } from '../../words/index.ts';
import { rounded } from './rounded.ts';
import { pairOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingStills } from './using.ts';

/** Depth counts millimetres. */
const SCALE = 0.001;
/** The middle third of a picture: what a place is taken from where nothing tells of things. */
const MIDDLE: BoxShares = [1 / 3, 1 / 3, 2 / 3, 2 / 3];
/** m from which on a thing is not where it was said to be. */
const FAR = 1;
/** m within which a thing counts as near. */
const NEAR = 1.6;

/**
 * Where on the map is a thing that words name ("a red mug")? Every thing is asked for that counts as seen and is the only one of its name in view. Of the things
 * that the model sees in the picture the one that fits the words best is taken; depth says how far it is, the pose where that is on the map.
 * The error is the distance from the thing's true middle; the value is its median, m. The pose is the true one.
 */
export const where: Task = {
  description: 'm from where a thing is on the map to where it is said to be (median)',
  baseline: 'the middle of the picture, whatever is asked for: as far as depth in its middle third tells',
  unit: 'm',
  measure: (cases) => quantile(cases.map(errorOf), 0.5),
  run: usingStills(async ({ stills, model, progress }) => {
    const cases: Case[] = [];
    const [middles, withoutDepth]: [number[], number[]] = [[], []];
    for (const truth of stills.truths) {
      const asked = askedOf(truth);
      if (asked.length === 0) continue;
      progress(truth.still / stills.truths.length, `still ${truth.still}`);
      const things = (await model.things?.(await model.look(stills.picture(truth.still)))) ?? [];
      const middle = placeOf(MIDDLE, undefined, stills, truth);
      for (const thing of asked) {
        const noun = nounOf(thing);
        const words = say({ about: 'thing', noun }, '{one}');
        const its = bestThing({ embedding: await model.embedWords(words) }, things);
        const look = its && (its.distance * truth.camera.intrinsics.fx) / stills.picture(truth.still).width;
        const place = its === undefined ? middle : placeOf(its.box, look, stills, truth);
        cases.push({
          id: `where-${truth.still}-${thing.id}`,
          kind: noveltyOf([noun], stills.vocabulary),
          form: thing.relative[0] < NEAR ? 'near' : 'far',
          truth: written(thing.position),
          answer: written(place),
          score: its?.fit ?? 0,
          world: pairOf(truth.still),
        });
        middles.push(distanceOf(middle, thing.position));
        const guessed = its === undefined || look === undefined ? middle : onMap(its.box, look, stills, truth);
        withoutDepth.push(distanceOf(guessed, thing.position));
      }
    }
    const errors = cases.map(errorOf);
    const within = (all: readonly number[]): number => rounded((100 * all.filter((m) => m <= FAR).length) / all.length);
    return {
      cases,
      baseline: quantile(middles, 0.5),
      more: {
        'within 1 m, %': within(errors),
        'nine of ten within, m': rounded(quantile(errors, 0.9)),
        'without depth, by the look of the thing, m': rounded(quantile(withoutDepth, 0.5)),
        'the same within 1 m, %': within(withoutDepth),
        'the middle of the picture within 1 m, %': within(middles),
      },
    };
  }),
};

/** Things that count as seen and have a name that nothing else in view has. */
function askedOf(truth: StillTruth): StillThing[] {
  const seen = inView(truth);
  return seen.filter((thing) => {
    const { label, colour } = thing;
    const alike = seen.filter((its) => its.label === label && (colour === undefined || its.colour === colour));
    return isClear(thing) && alike.length === 1;
  });
}

/** On the map: by depth, or else by the look of the thing. @param look m, how far it looks to be */
function placeOf(box: BoxShares, look: number | undefined, stills: StillSet, truth: StillTruth): Vector3 {
  const { width, height } = stills.picture(truth.still);
  const along = depthIn({ width, height, scale: SCALE, data: stills.depth(truth.still) }, box, look);
  if (along === undefined) return onMap(box, look ?? 0, stills, truth);
  const behind = box === MIDDLE ? 0 : halfDepthOf(box, along.distance, width, truth.camera.intrinsics);
  return onMap(box, along.distance + behind, stills, truth);
}

/** @param z along the camera's axis, m */
function onMap(box: BoxShares, z: number, stills: StillSet, { still, camera, robot }: StillTruth): Vector3 {
  const [right, down, forward] = middleIn(box, z, stills.picture(still), camera.intrinsics);
  const mounted: Vector3 = [camera.at[0] + forward, camera.at[1] - right, camera.at[2] - down];
  const rotation = fromRollPitchYaw(0, 0, robot.yaw);
  return transformPoint({ translation: [robot.x, robot.y, 0], rotation }, mounted);
}

function written(position: readonly number[]): string {
  return position.map((m) => m.toFixed(3)).join(' ');
}

function errorOf({ truth, answer }: Case): number {
  const [a, b] = [truth, answer].map((text) => text.split(' ').map(Number));
  return distanceOf(a, b);
}

function distanceOf(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((m, axis) => m - b[axis]));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
