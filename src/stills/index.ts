export { openStills, type StillSet } from './stills.ts';
export { openGoals, type GoalSet, type ToldGoal } from './goals.ts';
