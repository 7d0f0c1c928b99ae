import { hashOf, type GoalPlace, type GoalSource, type StillSplit } from '../../../src/contract/index.ts';
import { createCamera } from '../camera.ts';
import { between, pick } from '../place/chance.ts';
import { addMoulded, type Moulded } from '../place/mould.ts';
import { FIRST_CABINET, FIRST_OBJECT } from '../place/objects.ts';
import { createPlace } from '../place/place.ts';
import { COLOURS, type Split } from '../place/split.ts';
import { createRandom } from '../random.ts';
import { createRenderer, type Renderer } from '../render/renderer.ts';
import type { Motion } from '../robot.ts';
import type { Scene } from '../sensor.ts';
import { CATALOGUE } from '../stills/catalogue.ts';
import { castOf, LABELS, type Actor } from './cast.ts';
import { movesTo, STATES } from './moves.ts';

/** Pixels of a picture's sides. */
const SIDE = 64;
const FIELD_OF_VIEW = Math.PI / 3;
/**
 * Rows of which the lowest {@link SIDE} are kept: the camera is level, as all of the simulator are, and looks down as one does whose sensor
 * is shifted behind its lens.
 */
const WHOLE = 2 * SIDE + 16;
/** Height of the table's top, and of the camera above it, m. */
const TOP = 0.7;
const ABOVE = 0.6;
/** How far ahead the table begins, and its width and depth, m: it fills all but the uppermost rows. */
const EDGE = 0.35;
const TABLE = [3, 2] as const;
/** A table has the first of these that nothing on it has; of three things one is always left. */
const TABLE_COLOURS = ['brown', 'white', 'black', 'green'];
/** Robots stand so far off the middle of the room, m. */
const BACK = 1;
/** Factor on the errors of the camera. */
const NOISE = 0.5;

/** The goals of a seed, every one at another table. */
export function createGoals(seed: number, split: StillSplit): GoalSource {
  return {
    classes: LABELS,
    colours: Object.keys(COLOURS),
    combinations: CATALOGUE.filter(({ label }) => LABELS.includes(label)).flatMap(({ label, heldOutColours }) =>
      heldOutColours.map((colour) => `${colour} ${label}`),
    ),
    width: SIDE,
    height: SIDE,
    states: STATES,
    goal(index) {
      const random = createRandom(seed, `${split} goal ${index}`);
      const actors = castOf(random, split);
      const states = movesTo(
        random,
        actors.map(({ place }) => place),
      );
      const take = photographer(seed, split, index, actors);
      const pictures = new Uint8Array(STATES * SIDE * SIDE * 3);
      states.forEach(({ places }, i) => pictures.set(take(places), i * SIDE * SIDE * 3));
      return {
        picture: take(actors.map(({ place }) => place)),
        states: pictures,
        truth: {
          goal: index,
          split,
          kind: actors.some(({ kind }) => kind === 'combination') ? 'combination' : 'seen',
          things: actors.map(({ label, colour, kind, place }) => ({ label, colour, kind, place })),
          states,
        },
      };
    },
  };
}

/** Takes pictures of things on the table of a goal, at the places that they are told. */
function photographer(seed: number, split: Split, index: number, actors: readonly Actor[]) {
  const random = createRandom(seed, `${split} goal ${index} room`);
  const place = createPlace(hashOf(`${seed} ${split} goal ${index}`), { split, varied: true, outdoors: false });
  const [x, y] = pick(random, place.world.rooms);
  const yaw = between(random, -Math.PI, Math.PI);
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  const robot: Motion = {
    x: x - BACK * c,
    y: y - BACK * s,
    yaw,
    speed: 0,
    acceleration: 0,
    turn: 0,
    turnAcceleration: 0,
  };
  const scene: Scene = { motionAt: () => robot, random, noise: NOISE, period: 1 };
  const at = ([ahead, left]: GoalPlace, up: number) =>
    [robot.x + c * ahead - s * left, robot.y + s * ahead + c * left, up] as const;
  const table = tableOf(TABLE_COLOURS.find((colour) => actors.every((actor) => actor.colour !== colour)) ?? '', yaw);
  let places: readonly GoalPlace[] = [];
  let taken = 0;
  const render: Renderer = createRenderer(
    {
      ...place,
      solidsAt(_seconds, shapes) {
        shapes.count = 0;
        addMoulded(shapes, table, at([EDGE + TABLE[1] / 2, 0], 0));
        actors.forEach(({ its, colour, size, yaw: turned }, i) => {
          const thing = {
            id: FIRST_OBJECT + i,
            parts: its.parts,
            yaw: yaw - Math.PI / 2 + turned,
            size,
            colour,
            texture: 0,
          };
          addMoulded(shapes, thing, at(places[i], TOP));
        });
      },
    },
    { width: SIDE, height: WHOLE, fieldOfView: FIELD_OF_VIEW, mount: [0, 0, TOP + ABOVE], colour: true, owners: false },
  );
  const camera = createCamera(scene, render, { width: SIDE, height: WHOLE, exposureMs: 0 });
  return (where: readonly GoalPlace[]): Uint8Array => {
    places = where;
    // Another moment each time: at the same one the renderer gives what it has drawn.
    const picture = camera.sample((taken += 1));
    if (picture?.kind !== 'image') throw new RangeError('expected a picture');
    return picture.data.subarray((WHOLE - SIDE) * SIDE * 3);
  };
}

function tableOf(colour: string, yaw: number): Moulded {
  const its = CATALOGUE.find(({ label }) => label === 'table');
  if (its === undefined) throw new RangeError('the catalogue has no table');
  return { id: FIRST_CABINET, parts: its.parts, yaw: yaw - Math.PI / 2, size: [...TABLE, TOP], colour, texture: 0 };
}
