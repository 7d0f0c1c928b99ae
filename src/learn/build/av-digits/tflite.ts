/** Fields of the tables of a `.tflite` file (its FlatBuffers schema, version 3): where they stand in their tables. */
const [SUBGRAPHS, OUTPUTS] = [2, 2];

/**
 * A TensorFlow Lite file that gives another of its tensors: what a network has made of its input on the way, instead of what it makes of
 * that in the end. One number of the file changes: the index of its output.
 * @param content of a file with a single output
 * @param tensor index of the tensor that is wanted
 */
export function givingTensor(content: Uint8Array, tensor: number): Uint8Array {
  const changed = content.slice();
  const view = new DataView(changed.buffer);
  const follow = (at: number): number => at + view.getUint32(at, true);
  // A table begins with how far before it the places of its fields stand; a vector with how many it has.
  const field = (table: number, index: number): number =>
    follow(table + view.getUint16(table - view.getInt32(table, true) + 4 + 2 * index, true));
  const first = follow(field(follow(0), SUBGRAPHS) + 4);
  view.setInt32(field(first, OUTPUTS) + 4, tensor, true);
  return changed;
}
