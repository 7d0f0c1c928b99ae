import type { FloatTensor } from '../../fusion/heads/index.ts';
import { ATTRIBUTE_TYPE, DATA_TYPE, type Graph, type Initializer, type Node } from './proto.ts';

/** Matrices with fewer numbers stay as they are: nothing is gained, and the rounding would only harm. */
const FEWEST = 1024;
/** Greatest whole number of a weight. */
const MOST = 127;
/** A column of zeros has some scale all the same. */
const TINY = 1e-20;

/**
 * Rounds learned matrices to 8 bits (dynamic quantisation): each column of weights to whole numbers of -127..127 with a scale of its own, and
 * what they are multiplied by, when it comes, to 256 steps between its least and greatest number (ONNX's DynamicQuantizeLinear and
 * MatMulInteger, since operator sets 11 and 10). Constants stay exact: a spectrum needs them.
 * @param parameters what has been learned, by the names of initializers
 */
export function quantised<G extends Pick<Graph, 'nodes' | 'initializers'>>(
  graph: G,
  parameters: ReadonlyMap<string, FloatTensor>,
): G {
  const rounded = new Map<string, Initializer[]>();
  for (const { name, input, opType } of graph.nodes) {
    const weight = parameters.get(input[1]);
    if (opType !== 'MatMul' || weight === undefined) continue;
    if (weight.shape.length !== 2 || weight.data.length < FEWEST) continue;
    rounded.set(input[1], roundedTo8(input[1], weight));
    if (parameters.has(input[0])) throw new RangeError(`${name} multiplies two parameters`);
  }
  const steps = new Map<string, string>();
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const [x, weight] = node.input;
    if (node.opType !== 'MatMul' || !rounded.has(weight)) return [node];
    const known = steps.get(x);
    const coarse = known ?? `${x}.int8`;
    steps.set(x, coarse);
    const before =
      known === undefined ? [of('DynamicQuantizeLinear', [x], [coarse, `${coarse}.scale`, `${coarse}.zero`])] : [];
    return [...before, ...product(coarse, weight, node.output[0])];
  });
  const initializers = graph.initializers.flatMap((one) => rounded.get(one.name) ?? [one]);
  return { ...graph, nodes, initializers };
}

/** A product of whole numbers, and what it is in numbers again. */
export function product(coarse: string, weight: string, output: string): Node[] {
  const [whole, real, scale] = [`${output}.int`, `${output}.float`, `${output}.scale`];
  const toFloat = { name: 'to', type: ATTRIBUTE_TYPE.int, i: DATA_TYPE.float };
  return [
    of('MatMulInteger', [coarse, `${weight}.int8`, `${coarse}.zero`, `${weight}.zero`], [whole]),
    { ...of('Cast', [whole], [real]), attribute: [toFloat] },
    of('Mul', [`${coarse}.scale`, `${weight}.scale`], [scale]),
    of('Mul', [real, scale], [output]),
  ];
}

export function of(opType: string, input: readonly string[], output: readonly string[]): Node {
  return { opType, name: `${opType} of ${output[0]}`, input, output, attribute: [] };
}

/** Whole numbers of a matrix, the scale of each column, and where zero is. */
export function roundedTo8(
  name: string,
  { data, shape: [rows, columns] }: Pick<FloatTensor, 'data' | 'shape'>,
): Initializer[] {
  const scale = new Float32Array(columns).fill(TINY);
  data.forEach((value, i) => (scale[i % columns] = Math.max(scale[i % columns], Math.abs(value) / MOST)));
  const whole = Int8Array.from(data, (value, i) => Math.round(value / scale[i % columns]));
  const scales = new DataView(new ArrayBuffer(4 * columns));
  scale.forEach((value, i) => scales.setFloat32(4 * i, value, true));
  return [
    { name: `${name}.int8`, dims: [rows, columns], dataType: DATA_TYPE.int8, rawData: new Uint8Array(whole.buffer) },
    { name: `${name}.scale`, dims: [columns], dataType: DATA_TYPE.float, rawData: new Uint8Array(scales.buffer) },
    { name: `${name}.zero`, dims: [], dataType: DATA_TYPE.int8, rawData: new Uint8Array(1) },
  ];
}
