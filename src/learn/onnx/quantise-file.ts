import { fieldOf, fieldsOf, numbersIn, type Field } from '../../inference/index.ts';
import { ATTRIBUTE_TYPE, DATA_TYPE, encodeInitializer, encodeNode, type Initializer, type Node } from './proto.ts';
import { of, product, roundedTo8 } from './quantise.ts';

/*
 * Numbers of fields in onnx.proto. A file is changed field by field, and all that is not a rounded matrix stays as it lies there.
 */
const MODEL = { graph: 7, opset: 8 } as const;
const GRAPH = { node: 1, initializer: 5, output: 12 } as const;
const NODE = { input: 1, output: 2, opType: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, f: 2, i: 3, graph: 6 } as const;
const TENSOR = { dims: 1, dataType: 2, floats: 4, name: 8, raw: 9, external: 13, place: 14 } as const;

/** Matrices with fewer numbers stay as they are: nothing is gained, and the rounding would only harm. */
const FEWEST = 1024;
/** First set of operators with all that is written here (DynamicQuantizeLinear). */
const OPSET = 11;

/** A network whose matrices are 8 bits, and how many. */
export interface QuantisedFile {
  readonly content: Uint8Array;
  /** Matrices that were rounded, and those of products that were not: too small, or not a weight. */
  readonly rounded: number;
  readonly kept: number;
}

/** A matrix of weights: what it is called, its shape and its numbers. */
interface Matrix {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
}

/** How a matrix is rounded: column by column, the same of the transposed one, or row by row. */
type Way = 'product' | 'transposed' | 'rows';

/** What is known of the matrices of a network. */
interface Plan {
  readonly matrices: ReadonlyMap<string, Matrix>;
  /** How each is to be rounded. */
  readonly ways: Map<string, Set<Way>>;
  /** Those that something reads that cannot take them rounded. */
  readonly needed: Set<string>;
}

/**
 * Rounds the learned matrices of a network to 8 bits (dynamic quantisation, as it is done with heads): those of products, also in branches of the
 * network, and tables that rows are taken from. Weights in files beside it come into the network.
 * @param content of an `.onnx` file
 * @param beside content of a file beside it that holds weights, by the name that stands in the network
 * @throws RangeError where it is no network, is of operators older than set 11, or is too large for one file
 */
export function quantiseFile(content: Uint8Array, beside: (location: string) => Uint8Array): QuantisedFile {
  const fields = [...fieldsOf(content)];
  const opset = Math.max(0, ...fields.filter(({ number }) => number === MODEL.opset).map(opsetOf));
  const graph = fields.find(({ number }) => number === MODEL.graph)?.content;
  if (graph === undefined) throw new RangeError('expected a graph, got none');
  if (opset < OPSET) throw new RangeError(`expected operators of set ${OPSET} or newer, got ${opset}`);
  const matrices = new Map<string, Matrix>();
  for (const { number, content: tensor } of fieldsOf(graph)) {
    const matrix = number === GRAPH.initializer && tensor !== undefined ? matrixOf(tensor, beside) : undefined;
    if (matrix !== undefined) matrices.set(matrix.name, matrix);
  }
  const plan: Plan = { matrices, ways: new Map(), needed: new Set() };
  look(graph, plan);
  const changed = changedGraph(graph, plan, (tensor) => {
    const name = textIn(tensor, TENSOR.name);
    const matrix = matrices.get(name);
    const ways = [...(plan.ways.get(name) ?? [])];
    const whole = ways.length === 0 || plan.needed.has(name) ? [insideOf(tensor, beside)] : [];
    return [
      ...whole,
      ...ways.flatMap((way) => (matrix === undefined ? [] : rounded(matrix, way).map(encodeInitializer))),
    ];
  });
  const all = fields.map((field) => (field.number === MODEL.graph ? fieldOf(MODEL.graph, changed) : field.raw));
  const bytes = all.reduce((sum, { length }) => sum + length, 0);
  if (bytes >= 2 ** 31) throw new RangeError(`${bytes} bytes do not fit into one protocol buffer`);
  return { content: Buffer.concat(all), rounded: plan.ways.size, kept: matrices.size - plan.ways.size };
}

/** Finds out who reads which matrix, and whether rounded would do. */
function look(graph: Uint8Array, plan: Plan): void {
  for (const { number, content } of fieldsOf(graph)) {
    if (content === undefined) continue;
    if (number === GRAPH.output) plan.needed.add(textIn(content, NODE.input));
    if (number !== GRAPH.node) continue;
    const way = wayOf(content, plan.matrices);
    const inputs = textsIn(content, NODE.input);
    for (const [i, name] of inputs.entries()) {
      if (!plan.matrices.has(name)) continue;
      if (way?.at === i) plan.ways.set(name, (plan.ways.get(name) ?? new Set()).add(way.way));
      else plan.needed.add(name);
    }
    for (const branch of branchesOf(content)) look(branch, plan);
  }
}

/** How a node would take its matrix rounded, and as which of its inputs. */
function wayOf(
  node: Uint8Array,
  matrices: ReadonlyMap<string, Matrix>,
): { readonly way: Way; readonly at: number } | undefined {
  const [first, second] = textsIn(node, NODE.input);
  const isWeight = matrices.has(second) && !matrices.has(first);
  const numbers = attributesOf(node);
  switch (textIn(node, NODE.opType)) {
    case 'MatMul':
      return isWeight ? { way: 'product', at: 1 } : undefined;
    case 'Gemm': {
      const isPlain = numbers['transA'] !== 1 && (numbers['alpha'] ?? 1) === 1 && (numbers['beta'] ?? 1) === 1;
      return isWeight && isPlain ? { way: numbers['transB'] === 1 ? 'transposed' : 'product', at: 1 } : undefined;
    }
    case 'Gather':
      return matrices.has(first) && (numbers['axis'] ?? 0) === 0 ? { way: 'rows', at: 0 } : undefined;
    default:
      return undefined;
  }
}

function changedGraph(graph: Uint8Array, plan: Plan, initializers: (tensor: Uint8Array) => Uint8Array[]): Uint8Array {
  /** What has been cut into 256 steps in this graph. */
  const steps = new Set<string>();
  return Buffer.concat(
    [...fieldsOf(graph)].flatMap(({ number, content, raw }) => {
      if (content === undefined) return [raw];
      if (number === GRAPH.initializer) return initializers(content).map((its) => fieldOf(GRAPH.initializer, its));
      if (number === GRAPH.node) return changedNode(content, plan, steps).map((its) => fieldOf(GRAPH.node, its));
      return [raw];
    }),
  );
}

function changedNode(node: Uint8Array, plan: Plan, steps: Set<string>): Uint8Array[] {
  const way = wayOf(node, plan.matrices)?.way;
  const [[first, second, bias], [output]] = [textsIn(node, NODE.input), textsIn(node, NODE.output)];
  if (way === 'rows') return rowsTaken(first, second, output).map(encodeNode);
  if (way !== undefined) {
    const coarse = `${first}.int8`;
    const cut = of('DynamicQuantizeLinear', [first], [coarse, `${coarse}.scale`, `${coarse}.zero`]);
    const before = steps.has(first) ? [] : [cut];
    steps.add(first);
    const weight = way === 'transposed' ? `${second}.T` : second;
    const isBiased = bias !== undefined && bias !== '';
    const result = isBiased ? `${output}.product` : output;
    const after = isBiased ? [of('Add', [result, bias], [output])] : [];
    return [...before, ...product(coarse, weight, result), ...after].map(encodeNode);
  }
  if ([...branchesOf(node)].length === 0) return [node];
  const attributes = [...fieldsOf(node)].map(({ number, content, raw }) => {
    if (number !== NODE.attribute || content === undefined) return raw;
    const its = [...fieldsOf(content)].map((field) => {
      if (field.number !== ATTRIBUTE.graph || field.content === undefined) return field.raw;
      return fieldOf(
        ATTRIBUTE.graph,
        changedGraph(field.content, plan, (tensor) => [tensor]),
      );
    });
    return fieldOf(NODE.attribute, Buffer.concat(its));
  });
  return [Buffer.concat(attributes)];
}

/** Rows of a table in whole numbers, and what they are in numbers again. */
function rowsTaken(table: string, indices: string, output: string): Node[] {
  const [whole, real, scale] = [`${output}.int`, `${output}.float`, `${output}.scale`];
  const toFloat = { name: 'to', type: ATTRIBUTE_TYPE.int, i: DATA_TYPE.float };
  return [
    of('Gather', [`${table}.rows.int8`, indices], [whole]),
    { ...of('Cast', [whole], [real]), attribute: [toFloat] },
    of('Gather', [`${table}.rows.scale`, indices], [scale]),
    of('Mul', [real, scale], [output]),
  ];
}

function rounded({ name, shape: [rows, columns], data }: Matrix, way: Way): Initializer[] {
  if (way === 'product') return roundedTo8(name, { shape: [rows, columns], data });
  const turned = new Float32Array(data.length);
  data.forEach((value, i) => (turned[(i % columns) * rows + Math.floor(i / columns)] = value));
  if (way === 'transposed') return roundedTo8(`${name}.T`, { shape: [columns, rows], data: turned });
  // The columns of the turned table are its rows.
  const [{ rawData }, scale] = roundedTo8(name, { shape: [columns, rows], data: turned });
  const whole = new Uint8Array(data.length);
  rawData.forEach((value, i) => (whole[(i % rows) * columns + Math.floor(i / rows)] = value));
  return [
    { name: `${name}.rows.int8`, dims: [rows, columns], dataType: DATA_TYPE.int8, rawData: whole },
    { ...scale, name: `${name}.rows.scale`, dims: [rows, 1] },
  ];
}

/** A tensor of two sides with enough numbers of 32 bits. */
function matrixOf(tensor: Uint8Array, beside: (location: string) => Uint8Array): Matrix | undefined {
  const fields = [...fieldsOf(tensor)];
  const dims = fields
    .filter(({ number }) => number === TENSOR.dims)
    .flatMap(({ value, content }) => (content === undefined ? [value ?? 0] : numbersIn(content)));
  const type = fields.find(({ number }) => number === TENSOR.dataType)?.value;
  if (type !== DATA_TYPE.float || dims.length !== 2 || dims[0] * dims[1] < FEWEST) return undefined;
  const bytes = bytesOf(fields, beside);
  if (bytes.length !== 4 * dims[0] * dims[1])
    throw new RangeError(`expected ${4 * dims[0] * dims[1]} bytes of weights`);
  // A copy: numbers need not lie at a multiple of four in a file.
  const data = new Float32Array(new Uint8Array(bytes).buffer);
  return { name: textIn(tensor, TENSOR.name), shape: [dims[0], dims[1]], data };
}

function bytesOf(fields: readonly Field[], beside: (location: string) => Uint8Array): Uint8Array {
  const where = outsideOf(fields);
  if (where !== undefined) {
    const file = beside(where['location']);
    const offset = Number(where['offset'] ?? 0);
    const end = where['length'] === undefined ? file.length : offset + Number(where['length']);
    if (offset >= 0 && end >= offset && end <= file.length) return file.subarray(offset, end);
    throw new RangeError(`weights end behind the end of ${where['location']}`);
  }
  return fields.find(({ number }) => number === TENSOR.raw || number === TENSOR.floats)?.content ?? new Uint8Array();
}

/** Where weights lie that are not in the network. */
function outsideOf(fields: readonly Field[]): Readonly<Record<string, string>> | undefined {
  const entries = fields
    .filter(({ number }) => number === TENSOR.external)
    .map(({ content = new Uint8Array() }) => [textIn(content, 1), textIn(content, 2)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A tensor with its numbers inside. */
function insideOf(tensor: Uint8Array, beside: (location: string) => Uint8Array): Uint8Array {
  const fields = [...fieldsOf(tensor)];
  if (outsideOf(fields) === undefined) return tensor;
  const rest = fields.filter(({ number }) => number !== TENSOR.external && number !== TENSOR.place);
  return Buffer.concat([...rest.map(({ raw }) => raw), fieldOf(TENSOR.raw, bytesOf(fields, beside))]);
}

function opsetOf({ content = new Uint8Array() }: Field): number {
  // Other domains count for themselves.
  return textIn(content, 1) === '' ? ([...fieldsOf(content)].find(({ number }) => number === 2)?.value ?? 0) : 0;
}

/** Graphs within a node: the branches of an `If`, the body of a `Loop`. */
function* branchesOf(node: Uint8Array): Generator<Uint8Array> {
  for (const { number, content } of fieldsOf(node)) {
    if (number !== NODE.attribute || content === undefined) continue;
    for (const its of fieldsOf(content))
      if (its.number === ATTRIBUTE.graph && its.content !== undefined) yield its.content;
  }
}

/** Attributes of a node that are one number. */
function attributesOf(node: Uint8Array): Readonly<Record<string, number | undefined>> {
  const found: Record<string, number> = {};
  for (const { number, content } of fieldsOf(node)) {
    if (number !== NODE.attribute || content === undefined) continue;
    for (const { number: kind, value, raw } of fieldsOf(content)) {
      if (kind === ATTRIBUTE.i && value !== undefined) found[textIn(content, ATTRIBUTE.name)] = value;
      // One byte says which field it is.
      if (kind === ATTRIBUTE.f) found[textIn(content, ATTRIBUTE.name)] = Buffer.from(raw).readFloatLE(1);
    }
  }
  return found;
}

function textsIn(message: Uint8Array, number: number): string[] {
  const texts: string[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === number && field.content !== undefined) texts.push(Buffer.from(field.content).toString());
  }
  return texts;
}

/** The first of them; empty where there is none. */
function textIn(message: Uint8Array, number: number): string {
  return textsIn(message, number)[0] ?? '';
}
