/**
 * Finds weights that an ONNX file wants read from other files. The file is walked as what it is, a protocol buffer
 * (onnx.proto: a TensorProto may name in `external_data` a `location` relative to the model), because a runtime would
 * open whatever path stands there.
 */

/** Fields that lead from a message to the tensors below it: message, field number, message there. */
const FIELDS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'external' },
  external: {},
};
/** Messages inside messages: real networks have a dozen. */
const DEEPEST = 64;

/**
 * @param model content of a `.onnx` file
 * @returns the first location that is not in the file itself; `undefined`: there is none
 * @throws RangeError where the bytes are no protocol buffer
 */
export function externalLocation(model: Uint8Array): string | undefined {
  return walk(model, 'model', 0);
}

function walk(bytes: Uint8Array, message: string, depth: number): string | undefined {
  if (depth > DEEPEST) throw new RangeError('messages lie too deep in one another');
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    const below = FIELDS[message][tag >>> 3];
    const content = fieldOf(cursor, tag & 7);
    if (content === undefined || below === undefined) continue;
    const found = below === 'external' ? locationOf(content) : walk(content, below, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A StringStringEntryProto: the value where the key is `location`. */
function locationOf(entry: Uint8Array): string | undefined {
  const texts: Record<number, string> = {};
  const cursor = { bytes: entry, at: 0 };
  while (cursor.at < entry.length) {
    const tag = varint(cursor);
    const content = fieldOf(cursor, tag & 7);
    if (content !== undefined) texts[tag >>> 3] = Buffer.from(content).toString();
  }
  return texts[1] === 'location' ? (texts[2] ?? '') : undefined;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Passes over one field; the bytes of one that has a length. */
function fieldOf(cursor: Cursor, wireType: number): Uint8Array | undefined {
  switch (wireType) {
    case 0:
      varint(cursor);
      return undefined;
    case 1:
      skip(cursor, 8);
      return undefined;
    case 2: {
      const length = varint(cursor);
      const start = cursor.at;
      skip(cursor, length);
      return cursor.bytes.subarray(start, cursor.at);
    }
    case 5:
      skip(cursor, 4);
      return undefined;
    default:
      throw new RangeError(`no field has the type ${wireType}`);
  }
}

function skip(cursor: Cursor, length: number): void {
  cursor.at += length;
  if (cursor.at > cursor.bytes.length) throw new RangeError('a field is longer than the file');
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (cursor.at >= cursor.bytes.length) throw new RangeError('the file ends within a number');
    const byte = cursor.bytes[cursor.at];
    cursor.at += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw new RangeError('a number does not end');
}
