import protobuf from 'protobufjs';

/**
 * The part of onnx.proto that a head needs (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR version 8): message, field,
 * [number, type], a list where the type ends in `[]`.
 */
const MESSAGES = {
  ModelProto: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto[]'],
    metadataProps: [14, 'StringStringEntryProto[]'],
  },
  /** A ModelProto of which nothing else is looked at. */
  ModelMetadata: { metadataProps: [14, 'StringStringEntryProto[]'] },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  GraphProto: {
    node: [1, 'NodeProto[]'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto[]'],
    input: [11, 'ValueInfoProto[]'],
    output: [12, 'ValueInfoProto[]'],
  },
  NodeProto: {
    input: [1, 'string[]'],
    output: [2, 'string[]'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'AttributeProto[]'],
  },
  AttributeProto: { name: [1, 'string'], i: [3, 'int64'], ints: [8, 'int64[]'], type: [20, 'int32'] },
  TensorProto: { dims: [1, 'int64[]'], dataType: [2, 'int32'], name: [8, 'string'], rawData: [9, 'bytes'] },
  ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'] },
  TypeProto: { tensorType: [1, 'TypeProtoTensor'] },
  TypeProtoTensor: { elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'Dimension[]'] },
  Dimension: { dimValue: [1, 'int64'], dimParam: [2, 'string'] },
} as const;

const root = new protobuf.Root();
for (const [name, fields] of Object.entries(MESSAGES)) {
  const message = new protobuf.Type(name);
  for (const [field, [id, type]] of Object.entries(fields as Readonly<Record<string, readonly [number, string]>>)) {
    const isList = type.endsWith('[]');
    message.add(new protobuf.Field(field, id, isList ? type.slice(0, -2) : type, isList ? 'repeated' : undefined));
  }
  root.add(message);
}
const ModelProto = root.lookupType('ModelProto');
const ModelMetadata = root.lookupType('ModelMetadata');
const NodeProto = root.lookupType('NodeProto');
const TensorProto = root.lookupType('TensorProto');

/** Numbers of `TensorProto.DataType`. */
export const DATA_TYPE = { float: 1, int8: 3, int64: 7 } as const;
/** Numbers of `AttributeProto.AttributeType`. */
export const ATTRIBUTE_TYPE = { int: 2, ints: 7 } as const;

/** An attribute of a node. */
export type Attribute =
  | { readonly name: string; readonly type: typeof ATTRIBUTE_TYPE.int; readonly i: number }
  | { readonly name: string; readonly type: typeof ATTRIBUTE_TYPE.ints; readonly ints: readonly number[] };

/** An operation. */
export interface Node {
  readonly opType: string;
  readonly name: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly Attribute[];
}

/** A tensor that the file holds. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

/** An input or output: float32; a side that is a text may be of any size. */
export interface Port {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** A graph with what it takes and gives. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Set of operators that the nodes are of. */
  readonly opset: number;
  /** Texts to be kept with it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Content of an `.onnx` file. */
export function encodeGraph({ name, nodes, initializers, inputs, outputs, opset, metadata }: Graph): Uint8Array {
  return ModelProto.encode({
    irVersion: 8,
    producerName: 'sensorium',
    graph: {
      node: nodes,
      name,
      initializer: initializers,
      input: inputs.map(valueInfo),
      output: outputs.map(valueInfo),
    },
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }).finish();
}

/** A NodeProto as it lies in a file. */
export function encodeNode(node: Node): Uint8Array {
  return NodeProto.encode(node).finish();
}

/** A TensorProto as it lies in a file. */
export function encodeInitializer(initializer: Initializer): Uint8Array {
  return TensorProto.encode(initializer).finish();
}

/**
 * The texts that are kept with a network.
 * @param content of an `.onnx` file
 * @throws Error where it is no protocol buffer
 */
export function decodeMetadata(content: Uint8Array): Readonly<Record<string, string>> {
  const { metadataProps } = ModelMetadata.toObject(ModelMetadata.decode(content), { arrays: true }) as {
    readonly metadataProps: readonly { readonly key?: string; readonly value?: string }[];
  };
  return Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value]));
}

function valueInfo({ name, shape }: Port): object {
  const dim = shape.map((side) => (typeof side === 'number' ? { dimValue: side } : { dimParam: side }));
  return { name, type: { tensorType: { elemType: DATA_TYPE.float, shape: { dim } } } };
}
