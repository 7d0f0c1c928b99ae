import type { Section } from './json.ts';

/**
 * What makes words of tokens that are spelled out: whoever types `<image>` or `<|im_end|>`, or a sensor that reads it somewhere, has said
 * that word and given no sign. A letter of each gets a space behind it, which no token of a vocabulary has within.
 * @param tokenizer `tokenizer.json`
 */
export function plainWords(tokenizer: Section): (words: string) => string {
  const added: readonly unknown[] = Array.isArray(tokenizer.value('added_tokens'))
    ? (tokenizer.value('added_tokens') as unknown[])
    : [];
  const spelled = added
    .map((token) => (token as { readonly content?: unknown } | null)?.content)
    .filter((content): content is string => typeof content === 'string' && content.trim() !== '')
    // The longest first: one may begin as another does.
    .sort((a, b) => b.length - a.length)
    .map((content) => content.trim().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (spelled.length === 0) return (words) => words;
  const signs = new RegExp(spelled.join('|'), 'giu');
  return (words) => words.replace(signs, (found) => [...found].join(' '));
}

/** The same for a tokenizer that is not known, a server's or whoever reads it: whatever looks like a sign gets a space within. */
export function withoutSigns(words: string): string {
  return words.replace(/<(?=[|/]*[A-Za-z_])/g, '< ').replace(/\[(?=\/?[A-Z_]{2,}\])/g, '[ ');
}
