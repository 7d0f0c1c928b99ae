/**
 * The seam to learned models, whatever runs them (ONNX, TensorFlow.js, TensorFlow Lite): named tensors in, named
 * tensors out. Models run outside the core; their results come back to it as inputs.
 */

/** A dense tensor, row-major. */
export interface Tensor {
  readonly type: 'float32' | 'int32' | 'uint8' | 'int8' | 'bool';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | Int8Array;
}

/** Name, type and shape of an input or output; -1 is a dimension that the caller chooses. */
export interface TensorSpec {
  readonly name: string;
  readonly type: Tensor['type'];
  readonly shape: readonly number[];
}

/** What a model file is, where it publicly comes from and how it is called. */
export interface ModelManifest {
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  readonly file: string;
  readonly sha256: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** A loaded model. */
export interface Model {
  readonly manifest: ModelManifest;
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

/** A way to load models: its name in a manifest's file ending and the function that does it. */
export interface ModelRuntime {
  readonly name: string;
  readonly endings: readonly string[];
  load(manifest: ModelManifest, path: string): Promise<Model>;
}
