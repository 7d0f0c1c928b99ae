import type { Place } from '../place/place.ts';
import { CEILING, cellAt } from '../place/rooms.ts';
import { fadeAt, type Canvas } from './canvas.ts';
import { TEXEL_BITS, TEXELS, TEXELS_PER_METRE, textureTable } from './texture.ts';
import type { Walls } from './walls.ts';

const CEILING_COLOUR = [226, 224, 218] as const;
const CEILING_LIGHT = 0.85;
const SKY = [150, 185, 232] as const;

/** Colours of the floor as it is lit, and its pattern, cell by cell. */
interface Ground {
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  readonly texture: Uint8Array;
}

function groundOf({ floor, rooms }: Place): Ground {
  const { room, light } = floor;
  const colour = (channel: number): Float32Array =>
    light.map((bright, cell) => rooms[room[cell]].floorColour[channel] * bright);
  const texture = Uint8Array.from(room, (its) => rooms[its].floorTexture);
  return { red: colour(0), green: colour(1), blue: colour(2), texture };
}

/**
 * Fills a picture with what closes its columns, and with floor, ceiling or sky before and above that: row by row, as the
 * picture lies in memory. A row of floor or ceiling is all at one distance.
 */
export function createFiller(place: Place, canvas: Canvas): (walls: Walls) => void {
  const { width, height, eye, colour, depth } = canvas;
  const { fx, fy, cx, cy } = canvas.intrinsics;
  const { floor, outdoors } = place;
  const { light } = floor;
  const ground = groundOf(place);
  const table = textureTable();
  const levels = Float64Array.from({ length: height }, (_, v) => {
    const down = (v - cy) / fy;
    return down > 0 ? eye / down : outdoors || down === 0 ? Infinity : (CEILING - eye) / -down;
  });

  function measureRow(v: number, { distance, top }: Walls): void {
    const level = levels[v];
    for (let u = 0, i = v * width; u < width; u += 1, i += 1) {
      const t = distance[u];
      depth[i] = level < t ? level : outdoors && v < top[u] ? Infinity : t;
    }
  }

  function drawRow(v: number, { distance, top, along, texture, fade, red, green, blue }: Walls): void {
    const { x, y, c, s } = canvas;
    const level = levels[v];
    const levelFade = fadeAt(level);
    const isCeiling = v < cy;
    const slope = (v - cy) / fy;
    for (let u = 0, i = v * width; u < width; u += 1, i += 1) {
      const t = distance[u];
      const o = 3 * i;
      if (level < t) {
        depth[i] = level;
        const a = (u - cx) / fx;
        const px = x + (c + s * a) * level;
        const py = y + (s - c * a) * level;
        const cell = cellAt(floor, px, py);
        if (isCeiling) {
          const bright = light[cell] * CEILING_LIGHT;
          colour[o] = CEILING_COLOUR[0] * bright;
          colour[o + 1] = CEILING_COLOUR[1] * bright;
          colour[o + 2] = CEILING_COLOUR[2] * bright;
          continue;
        }
        const column = (px * TEXELS_PER_METRE) & (TEXELS - 1);
        const row = (py * TEXELS_PER_METRE) & (TEXELS - 1);
        const value = table[(((ground.texture[cell] << TEXEL_BITS) | row) << TEXEL_BITS) | column];
        const shade = 1 + (value - 1) * levelFade;
        colour[o] = ground.red[cell] * shade;
        colour[o + 1] = ground.green[cell] * shade;
        colour[o + 2] = ground.blue[cell] * shade;
      } else if (outdoors && v < top[u]) {
        depth[i] = Infinity;
        colour[o] = SKY[0];
        colour[o + 1] = SKY[1];
        colour[o + 2] = SKY[2];
      } else {
        depth[i] = t;
        const row = ((eye - slope * t) * TEXELS_PER_METRE) & (TEXELS - 1);
        const value = table[(((texture[u] << TEXEL_BITS) | row) << TEXEL_BITS) | along[u]];
        const shade = 1 + (value - 1) * fade[u];
        colour[o] = red[u] * shade;
        colour[o + 1] = green[u] * shade;
        colour[o + 2] = blue[u] * shade;
      }
    }
  }

  const fillRow = colour.length > 0 ? drawRow : measureRow;
  return (walls) => {
    for (let v = 0; v < height; v += 1) fillRow(v, walls);
  };
}
