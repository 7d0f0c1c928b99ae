/** A word that no vocabulary has: of the letters that belong to nobody (Unicode, private use). */
const NOBODYS = '\u{e000}\u{e001}';

/** Words whose tokens are those of a word that nobody knows: vocabularies of whole words have one token for all of them. */
export function unknownWords(words: string, tokens: (words: string) => Int32Array | readonly number[]): string[] {
  const unknown = tokens(NOBODYS).join();
  const each = words.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(each)].filter((word) => tokens(word).join() === unknown);
}
