import {
  hashOf,
  LEAST_SHARE,
  LEAST_VISIBLE,
  type StillThing,
  type StillTruth,
  type StrangeThings,
} from '../../../src/contract/index.ts';
import { between } from '../place/chance.ts';
import { addMoulded, type Moulded } from '../place/mould.ts';
import { FIRST_CABINET, FIRST_OBJECT } from '../place/objects.ts';
import { createPlace, type Place } from '../place/place.ts';
import type { Split } from '../place/split.ts';
import { createRandom, type Random } from '../random.ts';
import { intrinsicsOf } from '../render/canvas.ts';
import { look } from '../render/look.ts';
import { createRenderer, type RenderOptions } from '../render/renderer.ts';
import type { Motion } from '../robot.ts';
import { CATALOGUE, coloursOf, type CatalogueEntry } from './catalogue.ts';
import { castsOf, type Cast } from './cast.ts';
import { layOut, sizeOf, type Spot } from './layout.ts';
import { rounded, triple } from './rounded.ts';
import { drawSound, type Heard } from './sound.ts';

/** Pictures: as many pixels as a network of a few MB looks at in ms, and enough that an object of 0.2 m at 1.2 m is 23 of them wide. */
export const WIDTH = 160;
export const HEIGHT = 120;
const FIELD_OF_VIEW = Math.PI / 3;
/** The camera is so far ahead of the middle of the robot, m. */
const MAST = 0.1;
/** Robots stand so far off the middle of the room, m, where they look across it. */
const BACK = 1.2;
/** Arrangements that are tried until everything can be seen; from one to the next things get nearer and larger. */
const ATTEMPTS = 6;
const NEARER = 0.1;
const LARGER = 0.06;

/** How things stand before the robot, m. */
const STAGES = {
  table: { near: 0.95, far: 1.6 },
  floor: { near: 1.75, far: 2.6 },
} as const;

/** A thing with its truth, but for what the camera sees of it. */
interface Placed extends Moulded {
  readonly its: CatalogueEntry;
  readonly at: readonly [number, number, number];
  readonly on?: number;
}

/** A still before it is taken. */
export interface StillScene {
  readonly place: Place;
  readonly robot: Motion;
  readonly options: RenderOptions;
  readonly heard: Heard | undefined;
  readonly truth: StillTruth;
}

/** Arranges a still: the room, the robot, what is before it, and what can be seen of that. */
export function createStillScene(seed: number, split: Split, still: number, strange?: StrangeThings): StillScene {
  const cast = castsOf(seed, split, Math.floor(still / 2), strange)[still % 2];
  const random = createRandom(seed, `${split} still ${still}`);
  const place = createPlace(hashOf(`${seed} ${split} world ${still}`), { split, varied: true, outdoors: false });
  const room = Math.floor(random.uniform() * place.world.rooms.length);
  const [x, y] = place.world.rooms[room];
  const yaw = between(random, -Math.PI, Math.PI);
  const robot = standing(x - BACK * Math.cos(yaw), y - BACK * Math.sin(yaw), yaw);
  const top = between(random, 0.65, 0.85);
  const eye = rounded(cast.stage === 'table' ? top + between(random, 0.28, 0.38) : between(random, 0.55, 0.72));
  const mount = [MAST, 0, eye] as const;
  const options = { width: WIDTH, height: HEIGHT, fieldOfView: FIELD_OF_VIEW, mount, colour: false, owners: true };
  const stage = cast.stage === 'table' ? stageOf(random, robot, top) : undefined;
  const bare = { cabinets: [], things: [], people: [] };
  let scene: Place = place;
  let truths: StillThing[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { near, far } = STAGES[cast.stage];
    const spots = layOut(random, cast, near, far - attempt * NEARER * (far - near), 1 + attempt * LARGER);
    const placed = placeAll(random, cast, spots, robot, stage);
    scene = {
      ...place,
      ...bare,
      solidsAt(_seconds, shapes) {
        shapes.count = 0;
        for (const thing of placed) addMoulded(shapes, thing, thing.at);
      },
    };
    const rendering = createRenderer(scene, options)(0, robot);
    const seen = look(rendering);
    truths = placed.map((thing) => truthOf(thing, robot, seen.get(thing.id), rendering.total.get(thing.id)));
    const actors = truths.slice(0, cast.actors.length);
    if (actors.every(({ share, visible }) => share >= LEAST_SHARE && visible >= LEAST_VISIBLE)) break;
  }
  const heard = drawSound(seed, split, still, robot);
  const kinds = truths.map(({ kind }) => kind);
  const truth: StillTruth = {
    still,
    split,
    kind: kinds.includes('class') ? 'class' : kinds.includes('combination') ? 'combination' : 'seen',
    room: place.rooms[room].name,
    robot: { x: rounded(robot.x), y: rounded(robot.y), yaw: rounded(yaw) },
    camera: { at: mount, intrinsics: intrinsicsOf(WIDTH, HEIGHT, FIELD_OF_VIEW) },
    things: truths,
    ...(heard === undefined ? {} : { sound: heard.truth }),
  };
  return { place: scene, robot, options, heard, truth };
}

function standing(x: number, y: number, yaw: number): Motion {
  return { x, y, yaw, speed: 0, acceleration: 0, turn: 0, turnAcceleration: 0 };
}

/** The table on which a still's things stand: broad enough for the camera to see but its far edge. */
function stageOf(random: Random, robot: Motion, height: number): Placed {
  const its = CATALOGUE.find(({ label }) => label === 'table');
  if (its === undefined) throw new RangeError('the catalogue has no table');
  const colours = coloursOf(its, false);
  const { near, far } = STAGES.table;
  return {
    its,
    id: FIRST_CABINET,
    parts: its.parts,
    yaw: robot.yaw - Math.PI / 2,
    size: [2, far - near + 0.6, height],
    colour: colours[Math.floor(random.uniform() * colours.length)],
    texture: 0,
    at: inMap(robot, MAST + (near + far) / 2, 0, 0),
  };
}

/** Everything with its place: the actors first, then what is behind the robot, then the table. */
function placeAll(
  random: Random,
  cast: Cast,
  spots: readonly Spot[],
  robot: Motion,
  stage: Placed | undefined,
): Placed[] {
  const level = stage === undefined ? 0 : stage.size[2];
  const placed = cast.actors.map(({ its, colour, texture }, i): Placed => {
    const { ahead, left, turned, size, on } = spots[i];
    const support = on === undefined ? stage?.id : FIRST_OBJECT + on;
    return {
      its,
      id: FIRST_OBJECT + i,
      parts: its.parts,
      colour,
      texture,
      size,
      yaw: robot.yaw - Math.PI / 2 + turned,
      at: inMap(robot, MAST + ahead, left, level + (on === undefined ? 0 : spots[on].size[2])),
      ...(support === undefined ? {} : { on: support }),
    };
  });
  if (cast.behind !== undefined) {
    const { its, colour, texture } = cast.behind;
    const at = inMap(robot, -between(random, 0.6, 0.8), between(random, -0.4, 0.4), 0);
    const id = FIRST_OBJECT + placed.length;
    placed.push({ its, id, parts: its.parts, colour, texture, size: sizeOf(cast.behind), yaw: robot.yaw, at });
  }
  return stage === undefined ? placed : [...placed, stage];
}

function inMap({ x, y, yaw }: Motion, ahead: number, left: number, up: number): [number, number, number] {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  return [x + c * ahead - s * left, y + s * ahead + c * left, up];
}

function truthOf(
  { its, id, colour, size, at, on }: Placed,
  robot: Motion,
  seen: ReturnType<ReturnType<typeof look>['get']>,
  total = 0,
): StillThing {
  const position = [at[0], at[1], at[2] + size[2] / 2] as const;
  const [dx, dy] = [position[0] - robot.x, position[1] - robot.y];
  const [c, s] = [Math.cos(robot.yaw), Math.sin(robot.yaw)];
  const isNew = its.coloured && its.heldOutColours.includes(colour);
  return {
    id,
    label: its.label,
    ...(its.coloured ? { colour } : {}),
    kind: its.heldOut ? 'class' : isNew ? 'combination' : 'seen',
    size: triple(size),
    position: triple(position),
    relative: triple([c * dx + s * dy, c * dy - s * dx, position[2]]),
    ...(on === undefined ? {} : { on }),
    ...(seen === undefined ? {} : { box: [seen.left, seen.top, seen.right + 1, seen.bottom + 1] as const }),
    share: rounded((seen?.pixels ?? 0) / (WIDTH * HEIGHT)),
    visible: rounded(seen === undefined ? 0 : Math.min(1, seen.pixels / Math.max(1, total))),
  };
}
