import type { Place } from '../place/place.ts';
import type { Motion } from '../robot.ts';
import { createBuilder } from './building.ts';
import { createCanvas, type Canvas } from './canvas.ts';
import { createShapes, STRIDE } from './shapes.ts';
import { createSculptor } from './solids.ts';

/** What a renderer is to compute. */
export interface RenderOptions {
  readonly width: number;
  readonly height: number;
  /** Horizontal angle of view, rad. */
  readonly fieldOfView: number;
  /** Place on the base, m, x forward, y left, z up; it looks forward and level. */
  readonly mount: readonly [number, number, number];
  /** Whether it fills `colour`. */
  readonly colour: boolean;
  /** Whether it fills `owner` and counts `total`. */
  readonly owners: boolean;
}

/** A picture without noise, overwritten by the next one. */
export type Rendering = Pick<Canvas, 'width' | 'height' | 'intrinsics' | 'colour' | 'depth' | 'owner' | 'total'>;

/** Draws what a level camera sees at a time (s). Asked again for the same moment, it gives what it has drawn. */
export type Renderer = (seconds: number, robot: Motion) => Rendering;

/** A software renderer for level cameras: the building column by column, then the solids, against the depths drawn so far. */
export function createRenderer(place: Place, options: RenderOptions): Renderer {
  const { width, height, fieldOfView, mount, colour, owners } = options;
  const canvas = createCanvas(width, height, fieldOfView, mount[2], colour, owners);
  const build = createBuilder(place, canvas);
  const sculpt = createSculptor(place, canvas);
  const shapes = createShapes();
  const drawn = { seconds: NaN, x: NaN, y: NaN, yaw: NaN };
  return (seconds, robot) => {
    const { x, y, yaw } = robot;
    if (drawn.seconds === seconds && drawn.x === x && drawn.y === y && drawn.yaw === yaw) return canvas;
    Object.assign(drawn, { seconds, x, y, yaw });
    canvas.c = Math.cos(robot.yaw);
    canvas.s = Math.sin(robot.yaw);
    canvas.x = robot.x + canvas.c * mount[0] - canvas.s * mount[1];
    canvas.y = robot.y + canvas.s * mount[0] + canvas.c * mount[1];
    if (owners) {
      canvas.total.clear();
      canvas.mark.fill(0);
    }
    build(seconds, robot);
    place.solidsAt(seconds, shapes);
    for (let i = 0; i < shapes.count; i += 1) sculpt(shapes.data, i * STRIDE);
    return canvas;
  };
}
