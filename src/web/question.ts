import type { Command } from '../contract/index.ts';
import { parseCommand } from '../publish/index.ts';

/** What may be asked through the page: questions, none of which changes anything. */
const VERBS: readonly unknown[] = ['find', 'ask', 'describe'];

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
