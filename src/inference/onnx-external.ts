import { fieldsOf } from './wire.ts';

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
 * @returns the locations of weights that are not in the file itself, each once
 * @throws RangeError where the bytes are no protocol buffer
 */
export function externalLocations(model: Uint8Array): readonly string[] {
  const found = new Set<string>();
  walk(model, 'model', 0, found);
  return [...found];
}

function walk(bytes: Uint8Array, message: string, depth: number, found: Set<string>): void {
  if (depth > DEEPEST) throw new RangeError('messages lie too deep in one another');
  for (const { number, content } of fieldsOf(bytes)) {
    const below = FIELDS[message][number];
    if (content === undefined || below === undefined) continue;
    if (below === 'external') {
      const location = locationOf(content);
      if (location !== undefined) found.add(location);
    } else {
      walk(content, below, depth + 1, found);
    }
  }
}

/** A StringStringEntryProto: the value where the key is `location`. */
function locationOf(entry: Uint8Array): string | undefined {
  const texts: Record<number, string> = {};
  for (const { number, content } of fieldsOf(entry)) {
    if (content !== undefined) texts[number] = Buffer.from(content).toString();
  }
  return texts[1] === 'location' ? (texts[2] ?? '') : undefined;
}
