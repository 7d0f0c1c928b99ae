import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import type * as Core from '@tensorflow/tfjs-core';

/** TensorFlow.js's core, with all of its operations. */
export type Tf = typeof Core;

let starting: Promise<Tf> | undefined;

/**
 * TensorFlow.js on one thread of WebAssembly, loaded once a thread.
 * @throws Error where the packages or their WebAssembly do not load
 */
export function tensorflowOnWasm(): Promise<Tf> {
  starting ??= start().catch((error: unknown) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function start(): Promise<Tf> {
  const require = createRequire(import.meta.url);
  // Their packages are CommonJS for Node: `require` gives all of them the same core.
  const tf = require('@tensorflow/tfjs-core') as Tf;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof Wasm;
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  tf.env().set('PROD', true);
  if (!(await tf.setBackend('wasm'))) throw new Error('its WebAssembly does not start');
  return tf;
}
