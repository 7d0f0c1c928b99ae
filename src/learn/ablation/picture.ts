import { COLOURS, bar, curve, line, picture, text } from '../../plot/index.ts';
import type { AblationReport } from './ablate.ts';

/** Sizes in px. */
const [WIDTH, PLOT, ROW, GAP, LEFT] = [720, 260, 20, 40, 200];
const RIGHT = WIDTH - 140;

/** A picture of a report: accuracy over noise, a line a modality, and below it accuracy by what is present, with its interval. */
export function ablationPicture(report: AblationReport): string {
  const subsets = Object.entries(report.perSubset);
  const height = GAP + PLOT + 2 * GAP + subsets.length * ROW + GAP;
  return picture(WIDTH, height, [...overNoise(report), ...bySubset(report, GAP + PLOT + 2 * GAP)]);
}

function overNoise({ noise, perSubset }: AblationReport): string[] {
  const all = Object.values(perSubset).at(-1)?.accuracy ?? 0;
  const most = Math.max(...Object.values(noise).flatMap((scores) => scores.map(({ sigma }) => sigma)), 1e-9);
  const x = (sigma: number): number => LEFT + (sigma / most) * (RIGHT - LEFT);
  const y = (accuracy: number): number => GAP + PLOT * (1 - accuracy / 100);
  const sigmas = [0, ...new Set(Object.values(noise).flatMap((scores) => scores.map(({ sigma }) => sigma)))];
  return [
    text(LEFT, GAP - 14, 'accuracy (%) over noise on one modality (sigma)'),
    ...[0, 25, 50, 75, 100].flatMap((level) => [
      line([LEFT, y(level)], [RIGHT, y(level)], '#ddd'),
      text(LEFT - 6, y(level) + 4, String(level), undefined, 'end'),
    ]),
    ...sigmas.map((sigma) => text(x(sigma), GAP + PLOT + 16, String(sigma), undefined, 'middle')),
    ...Object.entries(noise).flatMap(([name, scores], m) => {
      const colour = COLOURS[m % COLOURS.length];
      const points = [{ sigma: 0, accuracy: all }, ...scores];
      return [
        curve(
          points.map(({ sigma, accuracy }) => [x(sigma), y(accuracy)]),
          colour,
        ),
        line([RIGHT + 10, GAP + 8 + m * 18], [RIGHT + 28, GAP + 8 + m * 18], colour),
        text(RIGHT + 34, GAP + 12 + m * 18, name),
      ];
    }),
  ];
}

function bySubset({ perSubset, modalities }: AblationReport, top: number): string[] {
  const x = (accuracy: number): number => LEFT + (accuracy / 100) * (RIGHT - LEFT);
  return [
    text(LEFT, top - 14, 'accuracy (%) by what is present, with its 95 % interval'),
    ...Object.entries(perSubset).flatMap(([name, { accuracy, low, high }], i) => {
      const y = top + i * ROW;
      return [
        bar(LEFT, y, x(accuracy) - LEFT, ROW - 6, 0.5),
        line([x(low), y + ROW / 2 - 3], [x(high), y + ROW / 2 - 3]),
        text(LEFT - 6, y + 11, labelOf(name, modalities), undefined, 'end'),
        text(RIGHT + 10, y + 11, accuracy.toFixed(2)),
      ];
    }),
  ];
}

/** What fits beside a bar: what is present, or where that is most of all, what is not. */
function labelOf(name: string, modalities: readonly string[]): string {
  const present = name.split('+');
  const absent = modalities.filter((modality) => !present.includes(modality));
  if (absent.length === 0) return 'all';
  const label = absent.length < present.length ? `without ${absent.join(', ')}` : name;
  return label.length > 28 ? `${label.slice(0, 27)}…` : label;
}
