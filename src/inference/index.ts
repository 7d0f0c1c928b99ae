export { decodePicture, loadSharp } from './decode-picture.ts';
export { loadModel, openModel } from './load.ts';
export { checkManifest } from './manifest.ts';
export { pullModel, type Pulled, type PullOptions } from './pull.ts';
export { modelFolder, readModel } from './store.ts';
export { tensorflowOnWasm, type Tf } from './wasm.ts';
