export { openStills, openStillsAndClips, type StillSet } from './stills.ts';
export { openGoals, type GoalSet, type ToldGoal } from './goals.ts';
