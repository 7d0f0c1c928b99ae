export { openStills, type StillSet } from './stills.ts';
