import type { Command } from '../contract/index.ts';
import { parseCommand } from '../publish/index.ts';

/** What may be asked through the page: questions, and what may be told: a name for what is in view, and what is to be watched for. */
const VERBS: readonly unknown[] = ['find', 'ask', 'describe', 'imagine', 'progress', 'teach', 'watch', 'unwatch'];

/** Reads what a page says: `{"verb": "ask", "args": {…}}`. @returns `undefined` for anything but a question */
export function questionIn(text: string): Command | undefined {
  try {
    const { verb, args } = JSON.parse(text) as { readonly verb?: unknown; readonly args?: unknown };
    if (typeof verb !== 'string' || !VERBS.includes(verb)) return undefined;
    const command = parseCommand(verb, Buffer.from(JSON.stringify(args ?? {})));
    return typeof command === 'string' ? undefined : command;
  } catch {
    return undefined;
  }
}
