import { SOUNDS, type StillTruth, type StillVocabulary } from '../../src/contract/index.ts';
import type { Caption, Question } from '../../src/words/index.ts';
import { isHappening, isTrue, phrasesOf } from './parser.ts';

/** Captions that do not hold, strictly read. */
export function wrongCaptions(
  captions: readonly Caption[],
  truths: readonly StillTruth[],
  vocabulary: StillVocabulary,
): string[] {
  const wrong = captions.filter(({ text, still }) => !isTrue(text, truths[still], vocabulary, true));
  return wrong.map(({ text, still }) => `${still}: ${text}`);
}

/** Negatives that hold, however generously they are read. */
export function trueNegatives(
  captions: readonly Caption[],
  truths: readonly StillTruth[],
  vocabulary: StillVocabulary,
): string[] {
  return captions.flatMap(({ negatives, still }) =>
    negatives
      .filter(({ text }) => isTrue(text, truths[still], vocabulary, false))
      .map(({ text }) => `${still}: ${text}`),
  );
}

/** Whether a question's answer is right, or its silence. */
export function isRight(
  { form, text, answer, why }: Question,
  truth: StillTruth,
  vocabulary: StillVocabulary,
): boolean {
  const { sound, things, clip } = truth;
  const { camera = 'well', microphones = 'gone' } = clip?.senses ?? {};
  const nothing = microphones === 'gone' ? 'no sense' : microphones;
  if (form === 'sound')
    return answer === (sound?.label ?? null) && (answer === null ? why === nothing : SOUNDS.includes(answer));
  if (form === 'direction') {
    return (
      answer === (sound?.side ?? null) && (answer !== null || why === (sound === undefined ? nothing : 'not there'))
    );
  }
  if (isHappening(text)) return (answer === 'yes') === isTrue(text, truth, vocabulary, answer === 'yes');
  if (camera !== 'well') return answer === null && why === (camera === 'gone' ? 'no sense' : camera);
  const phrases = phrasesOf(text, vocabulary);
  const meant = phrases.map(({ label, colour }) =>
    things.filter((its) => its.label === label && (colour === undefined || its.colour === colour)),
  );
  const inView = meant.map((all) => all.filter(({ box }) => box !== undefined));
  if (answer === null) {
    const missing = inView.findIndex((all) => all.length === 0);
    return missing >= 0 && why === (meant[missing].length > 0 ? 'out of view' : 'not there');
  }
  switch (form) {
    case 'existence':
      return (answer === 'yes') === inView[0].length > 0;
    case 'count':
      return Number(answer) === inView[0].length;
    case 'colour':
      return inView[0].length === 1 && inView[0][0].colour === answer;
    case 'comparison':
    case 'motion':
    case 'relation':
      return (
        inView.every(({ length }) => length === 1) &&
        (answer === 'yes') === isTrue(text, truth, vocabulary, answer === 'yes')
      );
    case 'event':
      return false;
  }
}

/** Share that is guessed right of every other pair's questions from their words alone, by what the others teach. */
export function guessed(questions: readonly Question[], labelOf: (question: Question) => string): number {
  const isTaught = ({ still }: Question): boolean => Math.floor(still / 2) % 2 === 0;
  const labels = [...new Set(questions.map(labelOf))];
  const counts = new Map<string, number>();
  const count = (key: string): number => counts.get(key) ?? 0;
  const wordsOf = ({ text }: Question): string[] => [...new Set(text.split(/\W+/))];
  for (const question of questions.filter(isTaught)) {
    for (const key of ['', ...wordsOf(question)]) {
      const name = `${labelOf(question)}|${key}`;
      counts.set(name, count(name) + 1);
    }
  }
  const judged = questions.filter((question) => !isTaught(question));
  const right = judged.filter((question) => {
    const scores = labels.map((label) => {
      const all = count(`${label}|`);
      return wordsOf(question).reduce(
        (sum, word) => sum + Math.log((count(`${label}|${word}`) + 0.5) / (all + 1)),
        Math.log(all + 0.5),
      );
    });
    return labels[scores.indexOf(Math.max(...scores))] === labelOf(question);
  });
  return right.length / judged.length;
}
