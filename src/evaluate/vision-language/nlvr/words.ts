/** What is not in the vocabulary, and near nothing that is. */
const UNKNOWN = 1;

/** Turns sentences into tokens: numbers of words in a vocabulary. A word that it does not have is taken for the nearest one, if that is a slip of the pen away. */
export function tokenizerOf(vocabulary: readonly string[]): (sentence: string) => number[] {
  const known = new Map(vocabulary.map((word, i) => [word, i]));
  const tokenOf = (word: string): number => {
    const found = known.get(word);
    if (found !== undefined) return found;
    const most = word.length >= 7 ? 2 : word.length >= 4 ? 1 : 0;
    let [best, least] = [UNKNOWN, most + 1];
    for (const [other, token] of known) {
      if (Math.abs(other.length - word.length) > most) continue;
      const its = editsBetween(word, other);
      if (its < least) [best, least] = [token, its];
    }
    known.set(word, best);
    return best;
  };
  return (sentence) => (sentence.toLowerCase().match(/[a-z]+|[0-9]+/g) ?? []).map(tokenOf);
}

/** Letters to be put in, left out or changed until two words are one (Levenshtein 1966). */
export function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
