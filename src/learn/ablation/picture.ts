import type { AblationReport } from './ablate.ts';

/** One for each modality in turn. */
const COLOURS = ['#4363d8', '#e6194b', '#3cb44b', '#f58231', '#911eb4', '#008080', '#9a6324', '#800000'];
/** Sizes in px. */
const [WIDTH, PLOT, ROW, GAP, LEFT] = [720, 260, 20, 40, 200];
const RIGHT = WIDTH - 140;

/** A picture of a report: accuracy over noise, a line a modality, and below it accuracy by what is present, with its interval. */
export function ablationPicture(report: AblationReport): string {
  const subsets = Object.entries(report.perSubset);
  const height = GAP + PLOT + 2 * GAP + subsets.length * ROW + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...overNoise(report),
    ...bySubset(report, GAP + PLOT + 2 * GAP),
    '</svg>\n',
  ].join('\n');
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
      line(LEFT, y(level), RIGHT, y(level), '#ddd'),
      text(LEFT - 6, y(level) + 4, String(level), 'end'),
    ]),
    ...sigmas.map((sigma) => text(x(sigma), GAP + PLOT + 16, String(sigma), 'middle')),
    ...Object.entries(noise).flatMap(([name, scores], m) => {
      const colour = COLOURS[m % COLOURS.length];
      const points = [{ sigma: 0, accuracy: all }, ...scores];
      const path = points.map(({ sigma, accuracy }) => `${x(sigma).toFixed(1)},${y(accuracy).toFixed(1)}`);
      return [
        `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        line(RIGHT + 10, GAP + 8 + m * 18, RIGHT + 28, GAP + 8 + m * 18, colour),
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
      const width = (x(accuracy) - LEFT).toFixed(1);
      return [
        `<rect x="${LEFT}" y="${y}" width="${width}" height="${ROW - 6}" fill="${COLOURS[0]}" fill-opacity="0.5"/>`,
        line(x(low), y + ROW / 2 - 3, x(high), y + ROW / 2 - 3, '#222'),
        text(LEFT - 6, y + 11, labelOf(name, modalities), 'end'),
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

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="${colour}"/>`;
}

function text(x: number, y: number, words: string, anchor = 'start'): string {
  const safe = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#222">${safe}</text>`;
}
