import type { TensorSpec } from '../../contract/index.ts';
import type { Scaling } from '../dataset/scaling.ts';
import { isConversational, type HeadDescription } from '../head/description.ts';
import { decide, type Head } from '../head/network.ts';
import { OPSET, createGraphBuilder } from './ops.ts';
import { encodeGraph } from './proto.ts';
import { quantised } from './quantise.ts';

/** Name of the input that says which steps of a modality are there. */
export function maskName(modality: string): string {
  return `${modality}.mask`;
}

/** What the ONNX file of a head takes and gives; -1 is the batch. */
export interface HeadPorts {
  /** For each modality its values [B, T, D] as measured, and `<modality>.mask` [B, T]. */
  readonly inputs: readonly TensorSpec[];
  /** `logits`, `probabilities` [B, C], `uncertainty` [B, 1], `contributions` and `anomalies` [B, M]; of conversations [B, T, …]. */
  readonly outputs: readonly TensorSpec[];
}

/** Names and shapes of a head's inputs and outputs. */
export function portsOf({ modalities, classes, architecture }: HeadDescription): HeadPorts {
  const spec = (name: string, ...sides: number[]): TensorSpec => ({ name, type: 'float32', shape: [-1, ...sides] });
  const steps = isConversational(architecture) ? [modalities[0].steps] : [];
  return {
    inputs: modalities.flatMap(({ name, steps, dims }) => [spec(name, steps, dims), spec(maskName(name), steps)]),
    outputs: [
      spec('logits', ...steps, classes.length),
      spec('probabilities', ...steps, classes.length),
      spec('uncertainty', ...steps, 1),
      spec('contributions', ...steps, modalities.length),
      spec('anomalies', ...steps, modalities.length),
    ],
  };
}

/** Samples that a head was learned from. */
export interface LearnedFrom {
  /** Name of the data set. */
  readonly dataset: string;
  /** How many samples that has. */
  readonly samples: number;
  /** ms of a step, where they are windows of recordings: a running daemon must cut them the same. */
  readonly stepMs?: number;
  /** Those of them that were kept back, by a file of folds; absent: none. */
  readonly heldOut?: HeldOutFold;
}

/** The samples with this number in a file of folds. */
export interface HeldOutFold {
  readonly file: string;
  readonly fold: number;
}

/** How learned matrices are kept: as they are, or rounded to 8 bits ({@link quantised}). */
export type Numbers = 'float32' | 'int8';

/**
 * Writes a head as an ONNX file: scaling, encoders, fusion, calibration and contributions in one graph. Its metadata, JSON, hold the
 * `description`, the `scalings` that are in the graph, and what it was `learnedFrom`.
 * @param numbers with `int8` outputs are near the head's, and no longer equal
 */
export function exportHead(head: Head, learnedFrom?: LearnedFrom, numbers: Numbers = 'float32'): Uint8Array {
  const { description, scalings } = head;
  const ports = portsOf(description);
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
  const graph = {
    name: `${description.architecture.kind} fusion`,
    nodes: builder.nodes,
    initializers: builder.initializers,
    inputs: ports.inputs.map(port),
    outputs: ports.outputs.map(port),
    opset: OPSET,
    metadata: {
      description: JSON.stringify(description),
      scalings: JSON.stringify(Object.fromEntries(Object.entries(scalings).map(([name, own]) => [name, plain(own)]))),
      ...(learnedFrom === undefined ? {} : { learnedFrom: JSON.stringify(learnedFrom) }),
    },
  };
  return encodeGraph(numbers === 'int8' ? quantised(graph, head.parameters) : graph);
}

/** As JSON has it: typed arrays would become objects. */
function plain({ shift, scale, unit }: Scaling): Readonly<Record<keyof Scaling, number[]>> {
  return { shift: [...shift], scale: [...scale], unit: [...unit] };
}
