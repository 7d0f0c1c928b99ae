import type { Picture } from '../../contract/index.ts';

/** Share of the sides that a part of a picture has. */
const PART = 2 / 3;

/** A picture and its four corners, two thirds as wide and as high: five views, whose embeddings differ as those of pictures do. */
export function viewsOf(picture: Picture): Picture[] {
  const [width, height] = [Math.round(picture.width * PART), Math.round(picture.height * PART)];
  const corners = [0, picture.height - height].flatMap((y) => [0, picture.width - width].map((x) => [x, y] as const));
  return [picture, ...corners.map(([x, y]) => partOf(picture, x, y, width, height))];
}

function partOf({ format, rowStride, data }: Picture, x: number, y: number, width: number, height: number): Picture {
  const bytes = format === 'mono8' ? 1 : 3;
  return { width, height, format, rowStride, data: data.subarray(y * rowStride + x * bytes) };
}
