import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCapsule,
  addCone,
  addSolid,
  BOX,
  CAPSULE,
  CONE,
  createShapes,
  CYLINDER,
  ELLIPSOID,
  meet,
  surfaceAt,
  type Shapes,
} from '../../../../drivers/simulation/render/shapes.ts';

const SURFACE = { colour: [1, 2, 3], texture: 0, owner: 1, reflects: 0.5 } as const;
const length = fc.integer({ min: 10, max: 200 }).map((cm) => cm / 100);
const coordinate = fc.integer({ min: -100, max: 100 }).map((cm) => cm / 100);
const point = fc.tuple(coordinate, coordinate, coordinate);

/** Width of a cone at its top as a share of that at its foot, by its turn. */
const taperOf = (turn: number): number => 0.6 + 0.6 * turn;

/** Solids by kind, three lengths and a turn; a capsule: half its axis and its radius. */
const solids = fc.tuple(fc.constantFrom(BOX, CYLINDER, ELLIPSOID, CAPSULE, CONE), length, length, length, coordinate);
type Solid = readonly [
  typeof BOX | typeof CYLINDER | typeof ELLIPSOID | typeof CAPSULE | typeof CONE,
  number,
  number,
  number,
  number,
];

function shapesOf([kind, a, b, c, turn]: Solid): Shapes {
  const shapes = createShapes();
  if (kind === CAPSULE) addCapsule(shapes, -a, -b, -turn, a, b, turn, c, SURFACE);
  else if (kind === CONE) addCone(shapes, 0, 0, 0, a, b, c, taperOf(turn), turn, SURFACE);
  else addSolid(shapes, kind, 0, 0, 0, a, kind === CYLINDER ? a : b, c, turn, SURFACE);
  return shapes;
}

/** How far outside a solid a point is: negative inside. Other formulas than the simulation's. */
function outside([kind, a, b, c, turn]: Solid, x: number, y: number, z: number): number {
  if (kind === CAPSULE) {
    const share = Math.max(-1, Math.min(1, (x * a + y * b + z * turn) / (a * a + b * b + turn * turn)));
    return Math.hypot(x - share * a, y - share * b, z - share * turn) - c;
  }
  const u = Math.cos(-turn) * x - Math.sin(-turn) * y;
  const v = Math.sin(-turn) * x + Math.cos(-turn) * y;
  if (kind === BOX) return Math.max(Math.abs(u) - a, Math.abs(v) - b, Math.abs(z) - c);
  if (kind === CYLINDER) return Math.max(Math.hypot(u, v) - a, Math.abs(z) - c);
  if (kind === CONE) {
    const radius = 1 + ((taperOf(turn) - 1) * (z / c + 1)) / 2;
    return Math.max(Math.hypot(u / a, v / b) - radius, Math.abs(z) - c);
  }
  return Math.hypot(u / a, v / b, z / c) - 1;
}

/** From ten metres off towards a point near the origin. */
const rays = fc.tuple(coordinate, coordinate, point).map(([turn, up, [x, y, z]]) => {
  const from = [10 * Math.cos(3 * turn), 10 * Math.sin(3 * turn), 5 * up];
  return { from, to: [2 * x - from[0], 2 * y - from[1], 2 * z - from[2]] };
});

function meeting(shapes: Shapes, from: readonly number[], to: readonly number[]): number {
  return meet(shapes.data, 0, from[0], from[1], from[2], to[0], to[1], to[2]);
}

describe('a ray and a solid', () => {
  it('meet on its surface, and nowhere before', () => {
    fc.assert(
      fc.property(solids, rays, (solid, { from, to }) => {
        const t = meeting(shapesOf(solid), from, to);
        const at = (share: number): number =>
          outside(solid, from[0] + share * to[0], from[1] + share * to[1], from[2] + share * to[2]);
        if (t !== Infinity) expect(Math.abs(at(t))).toBeLessThan(1e-6);
        const until = t === Infinity ? 2 : t;
        for (let i = 0; i < 200; i += 1) expect(at((i / 200) * until)).toBeGreaterThan(-1e-6);
      }),
    );
  });

  it('face each other there: the surface’s direction is of unit length, and against the ray', () => {
    const out = new Float64Array(5);
    fc.assert(
      fc.property(solids, rays, (solid, { from, to }) => {
        const shapes = shapesOf(solid);
        const t = meeting(shapes, from, to);
        if (t === Infinity) return;
        surfaceAt(shapes.data, 0, from[0] + t * to[0], from[1] + t * to[1], from[2] + t * to[2], out);
        expect(Math.hypot(out[0], out[1], out[2])).toBeCloseTo(1, 4);
        // At an edge either of two faces may be told.
        const facing = out[0] * to[0] + out[1] * to[1] + out[2] * to[2];
        expect(facing / Math.hypot(to[0], to[1], to[2])).toBeLessThan(0.05);
      }),
    );
  });
});
