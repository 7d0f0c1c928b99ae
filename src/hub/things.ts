import type { Model, SeenThing, TensorSpec } from '../contract/index.ts';
import type { Grid } from './config.ts';
import type { Section } from './json.ts';
import { runNetwork, type NetworkSpec } from './network.ts';

/** Things that are told of one picture. */
const MOST = 12;
/** What is less likely is no thing: about one in ten. */
const LEAST_SEEN = -0.25;
/** Numbers of a cell: seen, box, distance. */
const WIDTH = 6;

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
  [rows, columns]: Grid['cells'],
  { cells }: { readonly cells: Readonly<Record<string, Float32Array>> },
): Promise<SeenThing[]> {
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
    found.push({ embedding, seen, box: [left, top, right, bottom], distance });
  }
  return found.sort((a, b) => b.seen - a.seen).slice(0, MOST);
}
