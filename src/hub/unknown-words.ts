/** Words that no vocabulary has: of letters that belong to nobody (Unicode, private use), and one for tokenizers that drop what is not Latin. */
const NOBODYS = ['\u{e000}\u{e001}', 'qxzjvkqwx'];

/** Words whose tokens are those of a word that nobody knows: vocabularies of whole words have one token for all of them. */
export function unknownWords(words: string, tokens: (words: string) => Int32Array | readonly number[]): string[] {
  const nothing = tokens('').join();
  const unknown = NOBODYS.map((word) => tokens(word).join()).find((its) => its !== nothing);
  const each = words.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(each)].filter((word) => tokens(word).join() === unknown);
}
