import { createHash } from 'node:crypto';
import { SensoriumError, type HeadShape, type HeadWindow, type Tensor, type Tensors } from '../../contract/index.ts';
import { openModel } from '../../inference/index.ts';
import type { HeadDescription } from '../head/description.ts';
import { maskName } from './export.ts';
import { FILE, manifestOf } from './manifest.ts';
import { readHead, type HeadFile } from './read-head.ts';

/** A trained head in a running daemon: it decides about one window at a time. */
export interface RunningHead {
  /** Of its file, hex. */
  readonly sha256: string;
  readonly classes: readonly string[];
  /**
   * @param window by modality; one that is not there is masked
   * @throws SensoriumError E_MODEL_INPUT where a modality has other sizes than the head takes; E_MODEL_RUNTIME
   */
  decide(window: HeadWindow): Promise<HeadDecision>;
  close(): Promise<void>;
}

/** What a head says about a window. */
export interface HeadDecision {
  /** Calibrated, of each class. */
  readonly probabilities: readonly number[];
  readonly uncertainty: number;
  /** By modality, nats. */
  readonly contributions: Readonly<Record<string, number>>;
}

/**
 * Opens a head for windows of this shape, and runs it once: what it says of itself may not be what it is.
 * @param path of its file
 * @param shape `undefined`: any
 * @throws SensoriumError E_MODEL_MISSING, E_MODEL_PATH, E_MODEL_SIZE, E_MODEL_FORMAT, E_MODEL_EXTERNAL, E_MODEL_SHAPE, E_MODEL_RUNTIME
 */
export async function openRunningHead(path: string, shape?: HeadShape): Promise<RunningHead> {
  const file = await readHead(path);
  if (shape !== undefined) refuseOther(file, shape, path);
  const { content, description } = file;
  const { modalities, classes } = description;
  const told = (code: SensoriumError['code'], what: string, cause?: unknown): SensoriumError =>
    new SensoriumError(code, what, { path, cause });
  const model = await openModel(manifestOf(description, content.length), new Map([[FILE, content]])).catch(
    (error: unknown) => {
      throw error instanceof SensoriumError ? told(error.code, error.what, error) : error;
    },
  );
  async function decide(window: HeadWindow): Promise<HeadDecision> {
    const outputs = await model.run(inputsOf(description, window, path));
    const [probabilities, uncertainty, contributions] = ['probabilities', 'uncertainty', 'contributions'].map((name) =>
      Array.from(outputs[name].data, Number),
    );
    if (probabilities.length !== classes.length || contributions.length !== modalities.length) {
      throw told('E_MODEL_RUNTIME', 'it gives other outputs than it says');
    }
    return {
      probabilities,
      uncertainty: uncertainty[0],
      contributions: Object.fromEntries(modalities.map(({ name }, m) => [name, contributions[m]])),
    };
  }
  try {
    await decide({});
  } catch (error) {
    await model.close();
    throw error instanceof SensoriumError ? error : told('E_MODEL_RUNTIME', 'the network fails', error);
  }
  return {
    sha256: createHash('sha256').update(content).digest('hex'),
    classes,
    decide,
    close: () => model.close(),
  };
}

function refuseOther({ description, learnedFrom }: HeadFile, shape: HeadShape, path: string): void {
  const wrong = (what: string): SensoriumError => new SensoriumError('E_MODEL_SHAPE', what, { path });
  const { modalities } = description;
  for (const [name, dims] of Object.entries(shape.dims)) {
    const its = modalities.find((modality) => modality.name === name);
    if (its === undefined) {
      throw wrong(`it takes ${modalities.map((one) => one.name).join(', ')}; the windows have ${name}`);
    }
    if (its.dims !== dims || its.steps !== shape.steps) {
      throw wrong(`of ${name} it takes ${its.steps} x ${its.dims} numbers; the windows have ${shape.steps} x ${dims}`);
    }
  }
  const { stepMs } = learnedFrom;
  if (stepMs !== undefined && stepMs !== shape.stepMs) {
    throw wrong(`it has learned from steps of ${stepMs} ms; those of the windows are ${shape.stepMs} ms`);
  }
}

function inputsOf({ modalities }: HeadDescription, window: HeadWindow, path: string): Tensors {
  const inputs: Record<string, Tensor> = {};
  for (const { name, steps, dims } of modalities) {
    const { values, mask } = Object.hasOwn(window, name)
      ? window[name]
      : { values: new Float32Array(steps * dims), mask: new Float32Array(steps) };
    if (values.length !== steps * dims || mask.length !== steps) {
      const what = `expected ${steps} steps of ${dims} numbers of ${name}, got ${mask.length} and ${values.length} numbers`;
      throw new SensoriumError('E_MODEL_INPUT', what, { path });
    }
    inputs[name] = { type: 'float32', shape: [1, steps, dims], data: values };
    inputs[maskName(name)] = { type: 'float32', shape: [1, steps], data: mask };
  }
  return inputs;
}
