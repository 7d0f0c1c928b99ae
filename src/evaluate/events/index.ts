export { baselinesOf, type BaselineReport, type EventBaselines, type Judged } from './baselines.ts';
export { windowsOf, type Window } from './windows.ts';
