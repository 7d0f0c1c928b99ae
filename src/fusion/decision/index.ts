export { isHeadAnswer, isOpened, type HeadAnswer, type Opened } from './answers.ts';
export type { HeadConfig } from './config.ts';
export {
  Decider,
  type DeciderCounters,
  type Decision,
  type ModalityShare,
  type ModalityWindow,
  type Swapped,
} from './decide.ts';
