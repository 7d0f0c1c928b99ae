import { createRandom, type Random } from '../random.ts';
import { addCapsule, addSolid, ELLIPSOID, type Shapes } from '../render/shapes.ts';
import { personAt, type Person, type World } from '../world.ts';
import { between, createWindows, pick } from './chance.ts';
import { FIRST_PERSON } from './objects.ts';
import { COLOURS, drawPerson, type Rgb, type Split } from './split.ts';

/** Gestures of arms. */
export type Gesture = 'waving' | 'pointing';

/** Words said by someone. */
export interface Utterance {
  /** s since the start of the run. */
  readonly start: number;
  readonly text: string;
  /** Different for each utterance of a person. */
  readonly number: number;
}

/** Someone with looks, a voice and things to do. */
export interface Someone {
  readonly id: number;
  /** Who of the population: looks and voice follow from it. */
  readonly who: number;
  readonly walks: Person;
  /** m. */
  readonly height: number;
  readonly shirt: Rgb;
  /** Name of the shirt's colour. */
  readonly wears: string;
  readonly trousers: Rgb;
  readonly skin: Rgb;
  readonly hair: Rgb;
  readonly texture: number;
  /** What they do with an arm at a time, s. */
  readonly gestureAt: (seconds: number) => Gesture | undefined;
  /** What they say in the stretch of time with this number; each is {@link STRETCH} s long. */
  readonly says: (stretch: number) => Utterance | undefined;
}

/** How someone stands at a moment. */
export interface Stance {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  /** m/s; 0 while resting. */
  readonly speed: number;
}

/** Someone says something at most once in so many seconds. */
export const STRETCH = 8;
/** Longest that something said takes, s: it is over before the next stretch. */
const LONGEST = 3.5;
const GESTURES = 6;

/** What people say, by split. */
export const SENTENCES = {
  train: [
    'hello robot',
    'please come here',
    'where is the red mug',
    'stop there',
    'the kitchen is over there',
    'bring me the book',
    'it is warm today',
    'mind the door',
    'who left the lamp on',
    'good morning to you',
  ],
  test: ['turn around now', 'look at the blue ball', 'wait for me', 'what is on the table', 'follow me please'],
} as const;
const SKINS: readonly Rgb[] = [
  [236, 196, 168],
  [206, 156, 118],
  [150, 102, 70],
  [92, 62, 44],
];
const HAIRS: readonly Rgb[] = [
  [40, 30, 24],
  [96, 62, 36],
  [190, 160, 90],
  [150, 150, 150],
];

/** The people of a world: who they are and what they do. */
export function createPeople(world: World, seed: number, split: Split): Someone[] {
  const random = createRandom(seed, `${split} people`);
  const there = new Set<number>();
  return world.people.map((walks, i) => {
    let who = drawPerson(random, split);
    while (there.has(who)) who = drawPerson(random, split);
    there.add(who);
    return createSomeone(walks, i, who, seed, split);
  });
}

function createSomeone(walks: Person, index: number, who: number, seed: number, split: Split): Someone {
  const looks = createRandom(who, 'looks');
  const clothes = Object.entries(COLOURS);
  const gestures = createWindows(seed, `gesture ${index}`, (random, stretch) => {
    const start = stretch * GESTURES + between(random, 0, GESTURES - 3);
    const does = random.uniform() < 0.35;
    const gesture: Gesture = random.uniform() < 0.6 ? 'waving' : 'pointing';
    return { does, gesture, start, end: start + between(random, 1.2, 3) };
  });
  const says = createWindows(seed, `words ${index}`, (random, stretch) => saying(random, stretch, split));
  const height = between(looks, 1.5, 1.95);
  const [wears, shirt] = pick(looks, clothes);
  const [, trousers] = pick(looks, clothes);
  return {
    id: FIRST_PERSON + index,
    who,
    walks,
    height,
    shirt,
    wears,
    trousers,
    skin: pick(looks, SKINS),
    hair: pick(looks, HAIRS),
    texture: split === 'test' ? 1 : 2 * Math.floor(2 * looks.uniform()),
    gestureAt(seconds) {
      const { does, gesture, start, end } = gestures(Math.floor(seconds / GESTURES));
      return does && seconds >= start && seconds < end ? gesture : undefined;
    },
    says,
  };
}

function saying(random: Random, stretch: number, split: Split): Utterance | undefined {
  const start = stretch * STRETCH + between(random, 0, STRETCH - LONGEST);
  const text = pick(random, SENTENCES[split]);
  return random.uniform() < 0.4 ? { start, text, number: stretch } : undefined;
}

/** Where someone is, where they look and how fast they walk. */
export function stanceOf({ walks }: Someone, seconds: number): Stance {
  const [x, y] = personAt(walks, seconds);
  const [nx, ny] = personAt(walks, seconds + 0.05);
  const speed = Math.hypot(nx - x, ny - y) / 0.05;
  if (speed > 1e-6) return { x, y, yaw: Math.atan2(ny - y, nx - x), speed };
  // Who rests has turned to where they will go.
  const [fx, fy] = walks.from;
  const [tx, ty] = walks.to;
  const atEnd = Math.hypot(x - fx, y - fy) > Math.hypot(x - tx, y - ty) ? -1 : 1;
  return { x, y, yaw: Math.atan2(atEnd * (ty - fy), atEnd * (tx - fx)), speed: 0 };
}

/** Height of someone's mouth, m. */
export function mouthHeight({ height }: Someone): number {
  return 0.9 * height;
}

/** Adds someone as limbs to the solids: legs that walk, arms that swing, wave or point. */
export function addSomeone(shapes: Shapes, someone: Someone, seconds: number): void {
  const { height: h, id: owner } = someone;
  const { x, y, yaw, speed } = stanceOf(someone, seconds);
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  const shirt = { colour: someone.shirt, texture: someone.texture, owner, reflects: 0.4 };
  const trousers = { colour: someone.trousers, texture: 10, owner, reflects: 0.4 };
  const skin = { colour: someone.skin, texture: 10, owner, reflects: 0.6 };
  const hair = { colour: someone.hair, texture: 10, owner, reflects: 0.2 };
  const swing = speed > 0.01 ? Math.sin(seconds * someone.walks.speed * Math.PI * 1.4) : 0;
  const limb = (
    aForward: number,
    aLeft: number,
    aUp: number,
    bForward: number,
    bLeft: number,
    bUp: number,
    radius: number,
    surface: typeof shirt,
  ): void =>
    addCapsule(
      shapes,
      x + c * aForward - s * aLeft,
      y + s * aForward + c * aLeft,
      aUp,
      x + c * bForward - s * bLeft,
      y + s * bForward + c * bLeft,
      bUp,
      radius,
      surface,
    );
  const hip = 0.5 * h;
  const shoulder = 0.8 * h;
  limb(0, 0.08, hip, 0.22 * swing, 0.08, 0.07, 0.07, trousers);
  limb(0, -0.08, hip, -0.22 * swing, -0.08, 0.07, 0.07, trousers);
  addSolid(shapes, ELLIPSOID, x, y, (hip + shoulder) / 2, 0.13, 0.19, (shoulder - hip) / 2 + 0.1, yaw, shirt);
  addSolid(shapes, ELLIPSOID, x, y, 0.92 * h, 0.095, 0.08, 0.08 * h, yaw, skin);
  addSolid(shapes, ELLIPSOID, x - 0.025 * c, y - 0.025 * s, 0.945 * h, 0.095, 0.088, 0.058 * h, yaw, hair);
  // Arms: upper in the shirt's colour, lower bare.
  const gesture = someone.gestureAt(seconds);
  const arm = (side: number, forward: number): void => {
    limb(0, 0.21 * side, shoulder, 0.4 * forward, 0.24 * side, 0.62 * h, 0.05, shirt);
    limb(0.4 * forward, 0.24 * side, 0.62 * h, forward + 0.04, 0.24 * side, 0.47 * h, 0.04, skin);
  };
  arm(1, -0.2 * swing);
  if (gesture === 'waving') {
    const wave = 0.16 * Math.sin(seconds * 2 * Math.PI * 1.8);
    limb(0, -0.21, shoulder, 0.05, -0.34, 0.86 * h, 0.05, shirt);
    limb(0.05, -0.34, 0.86 * h, 0.08, -0.34 - wave, 1.05 * h, 0.04, skin);
  } else if (gesture === 'pointing') {
    limb(0, -0.21, shoulder, 0.28, -0.21, 0.78 * h, 0.05, shirt);
    limb(0.28, -0.21, 0.78 * h, 0.56, -0.18, 0.79 * h, 0.04, skin);
  } else arm(-1, 0.2 * swing);
}
