/**
 * Draws many small pictures as one PNG: the classes that stills show, each by itself, row by row in the order of the catalogue; or
 * stills, with the boxes of what can be seen. `npm run docs:pictures` draws those of docs/drivers/stills.md with it.
 *
 *   node dist/examples/sheet.js classes <file.png>
 *   node dist/examples/sheet.js stills <file.png> [seed] [train|test] [number]
 */
import { writeFileSync } from 'node:fs';
import { addMoulded } from '../drivers/simulation/place/mould.ts';
import { createPlace } from '../drivers/simulation/place/place.ts';
import { createRenderer } from '../drivers/simulation/render/renderer.ts';
import { CATALOGUE, coloursOf } from '../drivers/simulation/stills/catalogue.ts';
import { createStills } from '../drivers/simulation/stills/stills.ts';
import { png } from './png.ts';

const [what = 'stills', file = 'sheet.png', seed = '1', split = 'train', number = '12'] = process.argv.slice(2);

/** Pictures of one size, so many in a row. */
function tile(pictures: readonly Uint8Array[], width: number, height: number, columns: number): Buffer {
  const rows = Math.ceil(pictures.length / columns);
  const pixels = new Uint8Array(3 * width * columns * height * rows);
  pictures.forEach((picture, i) => {
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
    for (let v = 0; v < height; v += 1) {
      pixels.set(picture.subarray(3 * width * v, 3 * width * (v + 1)), 3 * ((top + v) * columns * width + left));
    }
  });
  return png(pixels, columns * width, rows * height);
}

/** Each class by itself, all equally large, before a camera that looks a little down on it. */
function classes(): Buffer {
  const [width, height] = [80, 60];
  const place = createPlace(1, { split: 'train', varied: false, outdoors: false });
  const [x, y] = place.world.rooms[0];
  const robot = { x, y, yaw: 0.4, speed: 0, acceleration: 0, turn: 0, turnAcceleration: 0 };
  const pictures = CATALOGUE.map((its, i) => {
    const colours = coloursOf(its, false);
    const size = its.size.map((side) => (0.42 * side) / Math.max(...its.size)) as [number, number, number];
    const yaw = robot.yaw - Math.PI / 2 + 0.35;
    const thing = { id: 101, parts: its.parts, yaw, size, colour: colours[i % colours.length], texture: 0 };
    const at = [x + 1.15 * Math.cos(robot.yaw), y + 1.15 * Math.sin(robot.yaw), 1 - 0.34];
    const scene = {
      ...place,
      solidsAt: (_seconds: number, shapes: Parameters<typeof addMoulded>[0]) => {
        shapes.count = 0;
        addMoulded(shapes, thing, at);
      },
    };
    const options = { width, height, fieldOfView: 0.8, mount: [0, 0, 1] as const, colour: true, owners: false };
    return Uint8Array.from(Uint8ClampedArray.from(createRenderer(scene, options)(0, robot).colour));
  });
  return tile(pictures, width, height, 12);
}

function stills(): Buffer {
  const source = createStills(Number(seed), split === 'test' ? 'test' : 'train');
  const { width, height } = source;
  const pictures = Array.from({ length: Number(number) }, (_, i) => {
    const { picture, truth } = source.still(i, false);
    for (const { box, share, visible } of truth.things) {
      if (box === undefined || share < 0.01 || visible < 0.5) continue;
      const [left, top, right, bottom] = box;
      const dot = (u: number, v: number): void => picture.set([255, 230, 60], 3 * (v * width + u));
      for (let u = left; u < right; u += 1) [top, bottom - 1].forEach((v) => dot(u, v));
      for (let v = top; v < bottom; v += 1) [left, right - 1].forEach((u) => dot(u, v));
    }
    return picture;
  });
  return tile(pictures, width, height, 4);
}

writeFileSync(file, what === 'classes' ? classes() : stills());
