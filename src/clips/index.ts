export { createShrinking, imuOf } from './arrays.ts';
export { ClipCutter, type ClipOptions, type CutClip } from './cutter.ts';
export * as clipLayout from './layout.ts';
export { vocabularyOf } from './vocabulary.ts';
