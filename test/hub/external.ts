import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fieldOf, fieldsOf, numberOf } from '../../src/inference/wire.ts';

/** Numbers of the fields on the way to a tensor's content: ModelProto.graph, GraphProto.initializer, TensorProto.raw_data and others. */
const [GRAPH, INITIALIZER, RAW, EXTERNAL, PLACE] = [7, 5, 9, 13, 14];

/**
 * Moves the weights of an `.onnx` file into another file beside it, as exporters do it with large networks.
 * @param location name that is written into the network; default: the network's, and `_data`
 */
export function moveWeightsOut(path: string, location = `${basename(path)}_data`): void {
  const weights: Uint8Array[] = [];
  let bytes = 0;
  const moved = (tensor: Uint8Array): Uint8Array => {
    const fields = [...fieldsOf(tensor)];
    const raw = fields.find(({ number }) => number === RAW)?.content;
    if (raw === undefined) return tensor;
    const said = { location, offset: String(bytes), length: String(raw.length) };
    weights.push(raw);
    bytes += raw.length;
    return Buffer.concat([
      ...fields.filter(({ number }) => number !== RAW).map((field) => field.raw),
      ...Object.entries(said).map(([key, value]) =>
        fieldOf(EXTERNAL, Buffer.concat([fieldOf(1, key), fieldOf(2, value)])),
      ),
      numberOf(PLACE, 1),
    ]);
  };
  const changed = (message: Uint8Array, number: number, change: (content: Uint8Array) => Uint8Array): Uint8Array =>
    Buffer.concat(
      [...fieldsOf(message)].map((field) =>
        field.number === number && field.content !== undefined ? fieldOf(number, change(field.content)) : field.raw,
      ),
    );
  const network = changed(readFileSync(path), GRAPH, (graph) => changed(graph, INITIALIZER, moved));
  writeFileSync(path, network);
  writeFileSync(`${path}_data`, Buffer.concat(weights));
}
