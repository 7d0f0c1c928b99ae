import { check } from './check.ts';
import type { Verb } from './verb.ts';

/** The verbs, in the order that the help shows them. */
export const VERBS: readonly Verb[] = [check];
