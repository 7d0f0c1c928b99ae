import type { CliContext } from './verb.ts';

/** Names the words that a model does not know, beside its answer; nothing where it knows all. */
export function tellUnknown(words: readonly string[], { err }: Pick<CliContext, 'err'>): void {
  if (words.length > 0) err(`unknown: ${words.join(', ')}\n`);
}
