import type { AblationReport } from './ablate.ts';
import type { Score } from './score.ts';

/** Which samples a head was judged by, in one sentence. */
export function judgedInWords({ dataset, decisions, fold, isSeen }: AblationReport): string {
  const which = fold === undefined ? '' : ` of fold ${fold.fold} of ${fold.file}`;
  const seen = isSeen ? '; the head may have learned from them: on others it will be worse' : '';
  return `${decisions} decisions about ${dataset}${which}${seen}`;
}

/** A score as cells of a table: accuracy, interval, calibration error, negative log-likelihood. */
export function cellsOf({ accuracy, low, high, ece, nll }: Score): string[] {
  return [accuracy.toFixed(2), `${low.toFixed(2)} to ${high.toFixed(2)}`, ece.toFixed(2), nll.toFixed(4)];
}

/** What stands above {@link cellsOf}. */
export const SCORE_TITLES = ['accuracy %', '95 % interval', 'calibration error %', 'nll'];

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
