import type { AblationReport } from './ablate.ts';
import type { Score } from './score.ts';

/** Which samples a head was judged by, in one sentence. */
export function judgedInWords({ dataset, decisions, fold, isSeen }: AblationReport): string {
  const which = fold === undefined ? '' : ` of fold ${fold.fold} of ${fold.file}`;
  const seen = isSeen ? '; the head may have learned from them: on others it will be worse' : '';
  return `${decisions} decisions about ${dataset}${which}${seen}`;
}

/** A score as cells of a table: accuracy, interval, balanced accuracy, calibration error, negative log-likelihood. */
export function cellsOf({ accuracy, low, high, balanced, ece, nll }: Score): string[] {
  const interval = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return [accuracy.toFixed(2), interval, balanced.toFixed(2), ece.toFixed(2), nll.toFixed(4)];
}

/** What stands above {@link cellsOf}. */
export const SCORE_TITLES = ['accuracy %', '95 % interval', 'balanced %', 'calibration error %', 'nll'];

/** Of each class, with all modalities present: its name, recall and balanced accuracy against the others. */
export function classCells({ perSubset, modalities }: AblationReport): string[][] {
  return Object.entries(perSubset[modalities.join('+')].perClass).map(([name, { recall, balanced }]) => [
    name,
    recall.toFixed(2),
    balanced.toFixed(2),
  ]);
}

/** What stands above {@link classCells}. */
export const CLASS_TITLES = ['class', 'recall %', 'balanced % against the others'];

/** The report as Markdown. @param picture name of the file beside it */
export function ablationInMarkdown(report: AblationReport, picture: string): string {
  const { architecture, modalities, perSubset, noise, contribution } = report;
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
    '',
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  ];
  const lines = [
    `# ${architecture.kind} fusion of ${modalities.join(', ')} without some of them`,
    '',
    `${judgedInWords(report)}.`,
    'Intervals: bootstrap over groups; calibration error: 15 bins; sigma: in training standard deviations of a channel (of single',
    'vectors: in its training range).',
    '',
    `![accuracy by what is present, and over noise](${picture})`,
    ...table(
      ['present', ...SCORE_TITLES],
      Object.entries(perSubset).map(([name, score]) => [name, ...cellsOf(score)]),
    ),
    ...table(CLASS_TITLES, classCells(report)),
    ...table(
      ['noise on', 'sigma', ...SCORE_TITLES],
      Object.entries(noise).flatMap(([name, scores]) =>
        scores.map((score) => [name, String(score.sigma), ...cellsOf(score)]),
      ),
    ),
    ...(Object.keys(contribution).length === 0
      ? []
      : table(
          ['contribution of', 'probability % (Shapley, mean magnitude)'],
          Object.entries(contribution).map(([name, value]) => [name, value.toFixed(2)]),
        )),
  ];
  return `${lines.join('\n')}\n`;
}
