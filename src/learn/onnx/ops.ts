import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Ops } from '../head/ops.ts';
import { ATTRIBUTE_TYPE, DATA_TYPE, type Attribute, type Initializer, type Node } from './proto.ts';

/** Set of operators that the nodes are of: sums take their axes as an input, which came with 13. */
export const OPSET = 13;

/** A graph that grows; a value is the name of an input, of an initializer or of a node's output. */
export interface GraphBuilder {
  readonly ops: Ops<string>;
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  /** Gives a value this name. */
  name(value: string, name: string): void;
}

/**
 * The operations of heads as nodes of an ONNX graph.
 * @param parameters what has been learned
 */
export function createGraphBuilder(parameters: ReadonlyMap<string, FloatTensor>): GraphBuilder {
  const nodes: Node[] = [];
  const initializers = new Map<string, Initializer>();
  const constants = new Map<string, string>();
  const keep = (name: string, dims: readonly number[], dataType: number, rawData: Uint8Array): string => {
    initializers.set(name, { name, dims, dataType, rawData });
    return name;
  };
  const float = (name: string, dims: readonly number[], data: Float32Array): string =>
    keep(
      name,
      dims,
      DATA_TYPE.float,
      littleEndian(data.length, 4, (view, i) => view.setFloat32(4 * i, data[i], true)),
    );
  const integers = (values: readonly number[]): string =>
    keep(
      `axes ${values.join(' ')}`,
      [values.length],
      DATA_TYPE.int64,
      littleEndian(values.length, 8, (view, i) => view.setBigInt64(8 * i, BigInt(values[i]), true)),
    );
  const node = (opType: string, input: readonly string[], attribute: readonly Attribute[] = []): string => {
    const name = `${opType}${nodes.length}`;
    nodes.push({ opType, name, input, output: [name], attribute });
    return name;
  };
  const int = (name: string, i: number): Attribute => ({ name, type: ATTRIBUTE_TYPE.int, i });
  const split = (x: string, axis: number, parts: number): string[] => {
    const name = `Split${nodes.length}`;
    const output = Array.from({ length: parts }, (_, i) => `${name}.${i}`);
    nodes.push({ opType: 'Split', name, input: [x], output, attribute: [int('axis', axis)] });
    return output;
  };
  const ints = (name: string, values: readonly number[]): Attribute => ({
    name,
    type: ATTRIBUTE_TYPE.ints,
    ints: values,
  });
  const binary =
    (opType: string) =>
    (a: string, b: string): string =>
      node(opType, [a, b]);
  const unary =
    (opType: string) =>
    (x: string): string =>
      node(opType, [x]);

  const ops: Ops<string> = {
    parameter(name) {
      const found = parameters.get(name);
      if (found === undefined) throw new RangeError(`no parameter ${name}`);
      return float(name, found.shape, found.data);
    },
    constant(shape, data) {
      const values = Float32Array.from(data);
      // The same numbers are kept once.
      const key = `${shape.join('x')} ${values.join(' ')}`;
      const name = constants.get(key) ?? `constant${constants.size}`;
      if (constants.has(key)) return name;
      constants.set(key, name);
      return float(name, shape, values);
    },
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    exp: unary('Exp'),
    log: unary('Log'),
    sqrt: unary('Sqrt'),
    relu: unary('Relu'),
    softplus: unary('Softplus'),
    sigmoid: unary('Sigmoid'),
    tanh: unary('Tanh'),
    matMul: binary('MatMul'),
    reshape: (x, shape) => node('Reshape', [x, integers(shape)]),
    transpose: (x, order) => node('Transpose', [x], [ints('perm', order)]),
    concat: (xs, axis) => node('Concat', xs, [int('axis', axis)]),
    slice: (x, axis, from, to) => node('Slice', [x, integers([from]), integers([to]), integers([axis])]),
    split,
    sum: (x, axis) => node('ReduceSum', [x, integers([axis])], [int('keepdims', 1)]),
    max: (x, axis) => node('ReduceMax', [x], [ints('axes', [axis]), int('keepdims', 1)]),
    detach: (x) => x,
    dropout: (x) => x,
  };
  return {
    ops,
    nodes,
    get initializers() {
      return [...initializers.values()];
    },
    name: (value, name) => void nodes.push({ opType: 'Identity', name, input: [value], output: [name], attribute: [] }),
  };
}

function littleEndian(count: number, size: number, write: (view: DataView, i: number) => void): Uint8Array {
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i += 1) write(view, i);
  return bytes;
}
