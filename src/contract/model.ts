/**
 * The seam to learned models, whatever runs them (ONNX, TensorFlow.js, TensorFlow Lite): named tensors in, named
 * tensors out. Models run outside the core; their results come back to it as inputs.
 */

/** A dense tensor, row-major. `int64` is what language models call their tokens; its numbers are held in 32 bits. */
export interface Tensor {
  readonly type: 'float32' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | Int8Array;
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** Name, type and shape of an input or output; -1 is a dimension that the caller chooses. */
export interface TensorSpec {
  readonly name: string;
  readonly type: Tensor['type'];
  readonly shape: readonly number[];
  /** A file may lack it: then it is neither given nor asked for, and {@link Model.manifest} does not name it. */
  readonly optional?: boolean;
}

/** One file of a model: a plain name in the model's own folder, its exact content, and where it publicly is. */
export interface ModelFile {
  readonly file: string;
  readonly bytes: number;
  /** Hexadecimal. No other content is ever used. */
  readonly sha256: string;
  /** http(s); only `sensorium models pull` goes there. */
  readonly url: string;
}

/** What a model is, where it publicly comes from and how it is called. */
export interface ModelManifest {
  /** Also the folder of its files in the store. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly task: string;
  /** Project or paper. */
  readonly source: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** The network first, then what it needs beside it (shards of weights). */
  readonly files: readonly [ModelFile, ...ModelFile[]];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Names of its classes in the order of its output. */
  readonly labels: readonly string[];
  /** What is done to a measurement before it is an input, in words. */
  readonly preprocessing: string;
}

/** What really runs a model. */
export interface Execution {
  /** `onnxruntime`, `litert`, `tensorflow.js`. */
  readonly runtime: string;
  readonly version: string;
  /** Execution provider or back end that was really taken: `cpu`, `cuda`, `wasm`, … */
  readonly provider: string;
  readonly threads: number;
}

/** A loaded model. */
export interface Model {
  readonly manifest: ModelManifest;
  readonly execution: Execution;
  /**
   * Runs it once. It may block its thread: call it in a worker.
   * @returns memory that is the caller's
   * @throws SensoriumError E_MODEL_INPUT where an input is missing or of another type or shape than the manifest says
   */
  run(inputs: Tensors): Promise<Tensors>;
  close(): Promise<void>;
}

/** Wishes; a runtime takes what it can and says what it took in {@link Model.execution}. */
export interface RuntimeOptions {
  /** Execution providers, the best first; those that are not there are passed over, `cpu` always is. Default `cpu`. */
  readonly providers?: readonly string[];
  /** Threads of one run; default 1: more make one run quicker and everything else on the machine slower. */
  readonly threads?: number;
}

/** A way to run models, taken by the ending of the first file's name. */
export interface ModelRuntime {
  readonly name: string;
  readonly endings: readonly string[];
  /**
   * Loads a model whose files have been checked.
   * @param files content by name
   * @throws SensoriumError E_MODEL_FORMAT, E_MODEL_SHAPE, E_MODEL_EXTERNAL, E_MODEL_RUNTIME
   */
  load(manifest: ModelManifest, files: ReadonlyMap<string, Uint8Array>, options: RuntimeOptions): Promise<Model>;
}

/** A decoded picture, row by row from the top left. */
export interface Picture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Order of the colours of one pixel; `mono8` is one byte a pixel, the others three. */
  readonly format: 'rgb8' | 'bgr8' | 'mono8';
  /** Bytes from one row to the next: at least `width` times the bytes of a pixel. */
  readonly rowStride: number;
  readonly data: Uint8Array;
}

/** Where a picture lies in a tensor: x in the tensor = left + x in the picture * scaleX. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly scaleX: number;
  readonly scaleY: number;
  /** Pixels of the picture. */
  readonly width: number;
  readonly height: number;
}

/** Something seen. */
export interface Detection {
  readonly label: string;
  /** 0..1. */
  readonly score: number;
  /** Left, top, right, bottom in pixels of the picture. */
  readonly box: readonly [number, number, number, number];
}

/** A kind of sound, and how sure the model is of it. */
export interface SoundEvent {
  readonly label: string;
  /** 0..1. */
  readonly score: number;
}

/** What a piece of sound is. */
export interface Hearing {
  /** 0..1: how sure the model is that someone speaks. */
  readonly voice: number;
  /** Best score first. */
  readonly events: readonly SoundEvent[];
}

/** Turns pictures into a detector's inputs and its outputs into detections. Keeps scratch memory: one for each thread. */
export interface DetectorAdapter {
  prepare(picture: Picture): { readonly inputs: Tensors; readonly placement: Placement };
  /** @returns best score first */
  interpret(outputs: Tensors, placement: Placement): readonly Detection[];
}

/** Turns sound into a classifier's inputs and its outputs into sound events. One for each thread. */
export interface SoundAdapter {
  /** @param samples as many as {@link SoundModel.window} says, one channel, full scale ±1 */
  prepare(samples: Float32Array): Tensors;
  interpret(outputs: Tensors): Hearing;
}

/** Turns pictures into an encoder's inputs and its outputs into embeddings. One for each thread. */
export interface EncoderAdapter {
  prepare(picture: Picture): Tensors;
  /** @returns of length 1: the product of two is their cosine */
  interpret(outputs: Tensors): Float32Array;
}

/** A model that finds objects in pictures. */
export interface DetectorModel {
  readonly kind: 'detector';
  readonly manifest: ModelManifest;
  /** Least score of what it tells. */
  readonly leastScore: number;
  createAdapter(): DetectorAdapter;
}

/** A model that says what a piece of sound is. */
export interface SoundModel {
  readonly kind: 'sound';
  readonly manifest: ModelManifest;
  /** Least score of what it tells. */
  readonly leastScore: number;
  /** Samples a second, and samples of one run. */
  readonly window: { readonly sampleRate: number; readonly samples: number };
  createAdapter(): SoundAdapter;
}

/** A model that puts pictures into a space in which what looks alike lies near. It knows no words. */
export interface EncoderModel {
  readonly kind: 'encoder';
  readonly manifest: ModelManifest;
  /** Numbers of an embedding. */
  readonly dims: number;
  createAdapter(): EncoderAdapter;
}

/** A model that this build knows: what `models/index.ts` lists. */
export type ModelDefinition = DetectorModel | SoundModel | EncoderModel;
