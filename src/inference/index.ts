export { decodePicture, encodePicture, loadSharp } from './decode-picture.ts';
export { loadModel, openModel } from './load.ts';
export { checkManifest } from './manifest.ts';
export { externalLocations } from './onnx-external.ts';
export { causeOf, patienceOf } from './patience.ts';
export { contentOf, filesIn, isSoundFile, pictureOf, picturesIn } from './picture-file.ts';
export { pullModel, type Pulled, type PullOptions } from './pull.ts';
export {
  checkHash,
  checkSize,
  modelFolder,
  packagedModels,
  readModel,
  readPlain,
  refuseLinkedFolder,
} from './store.ts';
export { firstLine } from './tensors.ts';
export { fieldOf, fieldsOf, numbersIn, type Field } from './wire.ts';
export { tensorflowOnWasm, type Tf } from './wasm.ts';
