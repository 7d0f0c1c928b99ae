import type { TensorSpec } from '../../contract/index.ts';
import { decide, type Head } from '../head/network.ts';
import { OPSET, createGraphBuilder } from './ops.ts';
import { encodeGraph } from './proto.ts';

/** Name of the input that says which steps of a modality are there. */
export function maskName(modality: string): string {
  return `${modality}.mask`;
}

/** What the ONNX file of a head takes and gives; -1 is the batch. */
export interface HeadPorts {
  /** For each modality its values [B, T, D] as measured, and `<modality>.mask` [B, T]. */
  readonly inputs: readonly TensorSpec[];
  /** `logits`, `probabilities` [B, C], `uncertainty` [B, 1], `contributions` [B, M]. */
  readonly outputs: readonly TensorSpec[];
}

/** Names and shapes of a head's inputs and outputs. */
export function portsOf({ description: { modalities, classes } }: Head): HeadPorts {
  const spec = (name: string, ...sides: number[]): TensorSpec => ({ name, type: 'float32', shape: [-1, ...sides] });
  return {
    inputs: modalities.flatMap(({ name, steps, dims }) => [spec(name, steps, dims), spec(maskName(name), steps)]),
    outputs: [
      spec('logits', classes.length),
      spec('probabilities', classes.length),
      spec('uncertainty', 1),
      spec('contributions', modalities.length),
    ],
  };
}

/**
 * Writes a head as an ONNX file: scaling, encoders, fusion, calibration and contributions in one graph. Its metadata hold the
 * description (`description`, JSON).
 */
export function exportHead(head: Head): Uint8Array {
  const { description } = head;
  const ports = portsOf(head);
  const builder = createGraphBuilder(head.parameters);
  const outputs = decide(builder.ops, head, {
    values: Object.fromEntries(description.modalities.map(({ name }) => [name, name])),
    masks: Object.fromEntries(description.modalities.map(({ name }) => [name, maskName(name)])),
  });
  for (const [name, value] of Object.entries<string>({ ...outputs })) builder.name(value, name);
  const port = ({ name, shape }: TensorSpec): { name: string; shape: (number | string)[] } => ({
    name,
    shape: shape.map((side) => (side < 0 ? 'batch' : side)),
  });
  return encodeGraph({
    name: `${description.architecture.kind} fusion`,
    nodes: builder.nodes,
    initializers: builder.initializers,
    inputs: ports.inputs.map(port),
    outputs: ports.outputs.map(port),
    opset: OPSET,
    metadata: { description: JSON.stringify(description) },
  });
}
