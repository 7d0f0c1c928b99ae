import { unitOf, type Model, type SeenThing, type TensorSpec } from '../contract/index.ts';
import type { Grid } from './config.ts';
import type { Section } from './json.ts';
import { runNetwork, type NetworkSpec } from './network.ts';

/** Things that are told of one picture. */
const MOST = 12;
/** What is less likely is no thing: about one in ten. */
const LEAST_SEEN = -0.25;
/** Numbers of a cell: seen, box, distance. */
const WIDTH = 6;
/** Output of a picture's network whose cells say what sort of thing is there, whatever its colour. */
const KINDS = 'thing_embeds';

/** The network that says what lies in the cells of a grid: `things_config` names the output of pictures that it sees. */
export function thingsSpecOf(config: Section, grid: Grid | undefined, dims: number): NetworkSpec {
  const sees = config.section('things_config').text('sees');
  const width = grid?.outputs[sees];
  if (grid === undefined || width === undefined) {
    throw config.wrong('things_config', 'an output of the grid of vision_config', sees);
  }
  const cells = grid.cells[0] * grid.cells[1];
  const of = (name: string, numbers: number): TensorSpec => ({ name, type: 'float32', shape: [1, cells, numbers] });
  const outputs = [of('cell_embeds', dims), of('cell_things', WIDTH)];
  return { name: 'things_model', task: 'things in pictures', inputs: [of(sees, width)], outputs };
}

/**
 * What lies in a picture, the likeliest first: cells in which something is likelier than in those about them.
 * @throws SensoriumError E_MODEL_RUNTIME
 */
export async function thingsIn(
  model: Model,
  grid: Grid,
  { cells }: { readonly cells: Readonly<Record<string, Float32Array>> },
): Promise<SeenThing[]> {
  const [rows, columns] = grid.cells;
  const [{ name, shape }] = model.manifest.inputs;
  const { cell_embeds, cell_things } = await runNetwork(model, {
    [name]: { type: 'float32', shape, data: cells[name] },
  });
  const dims = cell_embeds.data.length / (rows * columns);
  const seenAt = (row: number, column: number): number =>
    row < 0 || row >= rows || column < 0 || column >= columns
      ? -Infinity
      : cell_things.data[(row * columns + column) * WIDTH];
  const found: SeenThing[] = [];
  for (let cell = 0; cell < rows * columns; cell += 1) {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const seen = seenAt(row, column);
    if (!(seen >= LEAST_SEEN)) continue;
    const about = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => seenAt(row + y, column + x)));
    if (Math.max(...about) > seen) continue;
    const [, left, top, right, bottom, distance] = cell_things.data.slice(cell * WIDTH, (cell + 1) * WIDTH);
    const embedding = Float32Array.from(cell_embeds.data.slice(cell * dims, (cell + 1) * dims));
    const box = [left, top, right, bottom] as const;
    const kind = kindIn(cells, grid, box);
    found.push({ embedding, ...(kind && { kind }), seen, box, distance });
  }
  return found.sort((a, b) => b.seen - a.seen).slice(0, MOST);
}

/** What the cell in the middle of a box says of the sort of thing; `undefined`: the network tells nothing of that. */
function kindIn(
  cells: Readonly<Record<string, Float32Array>>,
  { cells: [rows, columns], outputs }: Grid,
  [left, top, right, bottom]: SeenThing['box'],
): Float32Array | undefined {
  const width = outputs[KINDS];
  if (width === undefined || !Object.hasOwn(cells, KINDS)) return undefined;
  const cellAt = (share: number, count: number): number => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  const at = (cellAt((top + bottom) / 2, rows) * columns + cellAt((left + right) / 2, columns)) * width;
  return unitOf(cells[KINDS].slice(at, at + width));
}
