export { Imagining, type Progress } from './imagining.ts';
