import type { ModelRuntime } from '../../contract/index.ts';
import { litert } from './litert.ts';
import { onnx } from './onnx.ts';
import { tensorflow } from './tensorflow.ts';

/** Every runtime of this build. Each loads its package when its first model is loaded. */
export const runtimes: readonly ModelRuntime[] = [onnx, litert, tensorflow];
