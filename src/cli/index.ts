import { check } from './check.ts';
import { run } from './run.ts';
import { service } from './service.ts';
import { topic } from './topic.ts';
import type { Verb } from './verb.ts';

/** The verbs, in the order that the help shows them. */
export const VERBS: readonly Verb[] = [run, check, topic, service];
