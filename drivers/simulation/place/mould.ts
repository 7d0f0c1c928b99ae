import { addCapsule, addCone, addSolid, BOX, CYLINDER, ELLIPSOID, type Shapes } from '../render/shapes.ts';
import type { Block, Part, Ring, Rod } from './parts.ts';
import { COLOURS, type Rgb } from './split.ts';

/** Something that is made of parts, with its looks. */
export interface Moulded {
  readonly id: number;
  readonly parts: readonly Part[];
  /** Rad. */
  readonly yaw: number;
  /** Width, depth and height, m. */
  readonly size: readonly [number, number, number];
  readonly colour: string;
  readonly texture: number;
}

/** Colours of parts that no object is said to have as a whole. */
const ACCENTS: Readonly<Record<string, Rgb>> = { steel: [152, 156, 164], straw: [206, 178, 118] };
/** Bars that a whole circle is made of. */
const CHORDS = 12;
const SOLIDS = { box: BOX, cylinder: CYLINDER, ellipsoid: ELLIPSOID } as const;

/** Adds something, its foot at a place (m), to the solids. */
export function addMoulded(shapes: Shapes, moulded: Moulded, at: ArrayLike<number>): void {
  for (const part of moulded.parts) {
    if (part.solid === 'rod') addRod(shapes, moulded, part, at);
    else if (part.solid === 'ring') addRing(shapes, moulded, part, at);
    else addBlock(shapes, moulded, part, at);
  }
}

function surfaceOf({ id, texture, colour }: Moulded, part: Part) {
  const name = part.colour ?? colour;
  return { colour: COLOURS[name] ?? ACCENTS[name], texture, owner: id, reflects: 0.4 };
}

function addBlock(shapes: Shapes, moulded: Moulded, part: Block, at: ArrayLike<number>): void {
  const [width, depth, height] = moulded.size;
  const { yaw } = moulded;
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  const { aside = 0, ahead = 0, size, foot = 1, top = 1 } = part;
  const x = at[0] + c * aside * width - s * ahead * depth;
  const y = at[1] + s * aside * width + c * ahead * depth;
  const z = at[2] + part.at * height;
  const [hx, hy, hz] = [(size[0] * width) / 2, (size[1] * depth) / 2, (size[2] * height) / 2];
  const surface = surfaceOf(moulded, part);
  if (part.solid === 'cone') addCone(shapes, x, y, z, foot * hx, foot * hy, hz, top / foot, yaw, surface);
  else addSolid(shapes, SOLIDS[part.solid], x, y, z, hx, hy, hz, yaw, surface);
}

function addRod(shapes: Shapes, moulded: Moulded, part: Rod, at: ArrayLike<number>): void {
  const [ax, ay, az] = placeOf(moulded, part.from, at);
  const [bx, by, bz] = placeOf(moulded, part.to, at);
  addCapsule(shapes, ax, ay, az, bx, by, bz, (part.thick * moulded.size[0]) / 2, surfaceOf(moulded, part));
}

function addRing(shapes: Shapes, moulded: Moulded, part: Ring, at: ArrayLike<number>): void {
  const [width, depth, height] = moulded.size;
  const [from, to] = part.arc;
  const chords = Math.max(2, Math.round((CHORDS * (to - from)) / 360));
  const surface = surfaceOf(moulded, part);
  // It is round, whatever the object's sides.
  const point = (i: number) => {
    const angle = ((from + ((to - from) * i) / chords) * Math.PI) / 180;
    const [across, other] = [(part.across / 2) * Math.cos(angle), (part.across / 2) * Math.sin(angle) * width];
    const [x, y, z] = part.middle;
    const local = part.lies
      ? ([x + across, y + other / depth, z] as const)
      : ([x + across, y, z + other / height] as const);
    return placeOf(moulded, local, at);
  };
  for (let i = 0; i < chords; i += 1) {
    const [ax, ay, az] = point(i);
    const [bx, by, bz] = point(i + 1);
    addCapsule(shapes, ax, ay, az, bx, by, bz, (part.thick * width) / 2, surface);
  }
}

/** A place in an object in the world, m. */
function placeOf({ size, yaw }: Moulded, [x, y, z]: readonly [number, number, number], at: ArrayLike<number>) {
  const [across, ahead] = [x * size[0], y * size[1]];
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  return [at[0] + c * across - s * ahead, at[1] + s * across + c * ahead, at[2] + z * size[2]] as const;
}
