import { describe, expect, it } from 'vitest';
import { SPAN, type Place } from '../../../../drivers/simulation/place/place.ts';
import { createRenderer } from '../../../../drivers/simulation/render/renderer.ts';
import { AT_OWNER, createShapes, meet, STRIDE } from '../../../../drivers/simulation/render/shapes.ts';
import type { Motion } from '../../../../drivers/simulation/robot.ts';
import { createStillScene } from '../../../../drivers/simulation/stills/scene.ts';
import { placeOf } from '../../support/senses.ts';

const WIDTH = 80;
const HEIGHT = 60;
const VIEW = 1.3;
const MOUNT = [0.1, 0, 1.15] as const;
const CEILING = 2.6;
/** Nothing is drawn nearer than this, m: people may walk through the robot. */
const NEAREST = 0.05;

/** What the ray of a pixel meets first, looked for among everything one by one, without columns, rectangles or walls in the way. */
function look(place: Place, seconds: number, robot: Motion, u: number, v: number): { depth: number; owner: number } {
  const focal = WIDTH / 2 / Math.tan(VIEW / 2);
  const [c, s] = [Math.cos(robot.yaw), Math.sin(robot.yaw)];
  const [a, dz] = [(u - (WIDTH / 2 - 0.5)) / focal, -(v - (HEIGHT / 2 - 0.5)) / focal];
  const [dx, dy] = [c + s * a, s - c * a];
  const [x, y] = [robot.x + MOUNT[0] * c, robot.y + MOUNT[0] * s];
  let depth = dz < 0 ? MOUNT[2] / -dz : place.outdoors ? Infinity : (CEILING - MOUNT[2]) / dz;
  let owner = 0;
  const spans = new Float64Array(SPAN * 128);
  const count = place.spansAt(seconds, robot, spans);
  for (let i = 0; i < count; i += 1) {
    const [x1, y1, x2, y2, low, high, , , its] = spans.subarray(i * SPAN, (i + 1) * SPAN);
    // In axes along the ray, as seen from above.
    const along = (px: number, py: number): [number, number] => [
      (dx * (px - x) + dy * (py - y)) / (dx * dx + dy * dy),
      dx * (py - y) - dy * (px - x),
    ];
    const [t1, a1] = along(x1, y1);
    const [t2, a2] = along(x2, y2);
    if (a1 > 0 === a2 > 0) continue;
    const t = t1 + ((0 - a1) / (a2 - a1)) * (t2 - t1);
    const z = MOUNT[2] + t * dz;
    if (t > 0 && t < depth && z >= low && z <= high) [depth, owner] = [t, its];
  }
  const shapes = createShapes();
  place.solidsAt(seconds, shapes);
  for (let i = 0; i < shapes.count; i += 1) {
    const t = meet(shapes.data, i * STRIDE, x, y, MOUNT[2], dx, dy, dz);
    if (t > NEAREST && t < depth) [depth, owner] = [t, shapes.data[i * STRIDE + AT_OWNER]];
  }
  return { depth, owner };
}

describe('the renderer', () => {
  it.each([
    [1, {}],
    [3, { varied: true }],
    [5, { varied: true, split: 'test' as const }],
    [6, { outdoors: true }],
  ])('sees at each pixel what a plain ray meets first (seed %i, %j)', (seed, world) => {
    const { place, motionAt } = placeOf(seed, world);
    const options = { width: WIDTH, height: HEIGHT, fieldOfView: VIEW, mount: MOUNT, owners: true };
    const render = createRenderer(place, { ...options, colour: true });
    const renderBlind = createRenderer(place, { ...options, colour: false, owners: false });
    let wrong = 0;
    let things = 0;
    let pixels = 0;
    for (let seconds = 1; seconds < 40; seconds += 4.3) {
      const robot = motionAt(seconds);
      const { depth, owner, colour } = render(seconds, robot);
      expect(renderBlind(seconds, robot).depth).toEqual(depth);
      expect(colour.every((value) => value >= 0 && value < 400)).toBe(true);
      for (let v = 0; v < HEIGHT; v += 3) {
        for (let u = 0; u < WIDTH; u += 3) {
          const expected = look(place, seconds, robot, u, v);
          const i = v * WIDTH + u;
          pixels += 1;
          if (owner[i] !== 0) things += 1;
          const far = Math.abs(depth[i] - expected.depth) > 1e-3 * expected.depth;
          if (owner[i] !== expected.owner || (far && depth[i] !== expected.depth)) wrong += 1;
        }
      }
    }
    expect(things).toBeGreaterThan(100);
    // Where edges fall between pixels, rounding decides.
    expect(wrong / pixels).toBeLessThan(0.002);
  });

  it('sees cones, bars and rings so too', () => {
    let wrong = 0;
    let things = 0;
    let pixels = 0;
    for (let still = 0; still < 12; still += 1) {
      const { place, robot } = createStillScene(1, 'train', still);
      const options = { width: WIDTH, height: HEIGHT, fieldOfView: VIEW, mount: MOUNT, colour: false, owners: true };
      const { depth, owner } = createRenderer(place, options)(0, robot);
      for (let v = 0; v < HEIGHT; v += 2) {
        for (let u = 0; u < WIDTH; u += 2) {
          const expected = look(place, 0, robot, u, v);
          const i = v * WIDTH + u;
          pixels += 1;
          if (owner[i] !== 0) things += 1;
          if (owner[i] !== expected.owner || Math.abs(depth[i] - expected.depth) > 1e-3 * expected.depth) wrong += 1;
        }
      }
    }
    expect(things).toBeGreaterThan(500);
    expect(wrong / pixels).toBeLessThan(0.002);
  });
});
