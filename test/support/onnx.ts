/**
 * Writes tiny ONNX files, field by field of onnx.proto: `y = x + w`, float32 [1, 3]. Small enough to read, real enough for
 * ONNX Runtime.
 */

/** What to write differently from a right file. */
export interface OnnxChanges {
  /** Weights in another file, at this location. */
  readonly location?: string;
  /** Shape of input and output; default [1, 3]. */
  readonly shape?: readonly number[];
  /** Puts the weights into a constant node's attribute instead of an initializer. */
  readonly isConstant?: boolean;
}

/** Content of an ONNX file. */
export function onnxFile({ location, shape = [1, 3], isConstant = false }: OnnxChanges = {}): Uint8Array {
  const weights = Buffer.from(Float32Array.of(10, 20, 30).buffer);
  const tensor = [
    number(1, 3),
    number(2, 1),
    text(8, 'w'),
    ...(location === undefined
      ? [bytes(9, weights)]
      : [
          bytes(13, Buffer.concat([text(1, 'location'), text(2, location)])),
          bytes(13, Buffer.concat([text(1, 'length'), text(2, '12')])),
          number(14, 1),
        ]),
  ];
  const add = Buffer.concat([text(1, 'x'), text(1, 'w'), text(2, 'y'), text(4, 'Add')]);
  const value = Buffer.concat([text(1, 'value'), bytes(5, Buffer.concat(tensor)), number(20, 4)]);
  const constant = Buffer.concat([text(2, 'w'), text(4, 'Constant'), bytes(5, value)]);
  const graph = Buffer.concat([
    ...(isConstant ? [bytes(1, constant)] : []),
    bytes(1, add),
    text(2, 'tiny'),
    ...(isConstant ? [] : [bytes(5, Buffer.concat(tensor))]),
    bytes(11, valueInfo('x', shape)),
    bytes(12, valueInfo('y', shape)),
  ]);
  const operators = Buffer.concat([text(1, ''), number(2, 13)]);
  return new Uint8Array(Buffer.concat([number(1, 8), bytes(7, graph), bytes(8, operators)]));
}

function valueInfo(name: string, shape: readonly number[]): Buffer {
  const dimensions = Buffer.concat(shape.map((size) => bytes(1, number(1, size))));
  const type = Buffer.concat([number(1, 1), bytes(2, dimensions)]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, type))]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function number(field: number, value: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}
