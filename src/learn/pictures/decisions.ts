import type { ReliabilityBin } from '../measure/reliability.ts';
import { bar, COLOURS, dot, line, picture, text } from '../../plot/index.ts';

/** Sizes in px. */
const [PLOT, GAP, LEFT, COUNTS] = [320, 44, 60, 60];
/** Of a cell of a confusion matrix: large where there are few. */
const [LARGEST, SMALLEST, ALL] = [64, 12, 640];
/** Room for the names of classes, px, and how long they may be. */
const [NAMES, LONGEST] = [150, 20];

/** How often decisions are right (bars) that are so sure; what is on the diagonal is calibrated. Below, how many there are. */
export function reliabilityPicture(bins: readonly ReliabilityBin[]): string {
  const x = (share: number): number => LEFT + PLOT * share;
  const y = (share: number): number => GAP + PLOT * (1 - share);
  const width = PLOT / bins.length;
  const most = Math.max(...bins.map(({ decisions }) => decisions), 1);
  const foot = GAP + PLOT + GAP + COUNTS;
  return picture(LEFT + PLOT + GAP, foot + GAP, [
    text(LEFT, GAP - 14, 'right (%) over confidence (%); a dot: mean confidence'),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      line([LEFT, y(share)], [LEFT + PLOT, y(share)], '#ddd'),
      text(LEFT - 6, y(share) + 4, String(100 * share), undefined, 'end'),
      text(x(share), GAP + PLOT + 16, String(100 * share), undefined, 'middle'),
    ]),
    ...bins.flatMap(({ decisions, confidence, accuracy }, i) => {
      const tall = (COUNTS * decisions) / most;
      const left = x(i / bins.length) + 1;
      if (decisions === 0) return [];
      return [
        bar(left, y(accuracy), width - 2, PLOT * accuracy, 0.5),
        dot([x(confidence), y(accuracy)], 3, COLOURS[1]),
        bar(left, foot - tall, width - 2, tall, 0.25),
      ];
    }),
    line([x(0), y(0)], [x(1), y(1)]),
    text(LEFT, foot + 16, `decisions, at most ${most} in a bin`),
  ]);
}

/** Rows: what it was; columns: what was decided; the darker, the larger the share of its row. @param counts by row and column */
export function confusionPicture(counts: readonly (readonly number[])[], classes: readonly string[]): string {
  const side = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(ALL / classes.length)));
  const hasNumbers = side >= 24;
  const [left, top] = [NAMES, GAP];
  const size = side * classes.length;
  const each = Math.max(1, Math.ceil(14 / side));
  const named = classes.flatMap((name, c) => {
    if (c % each !== 0) return [];
    const label = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
    const middle = (c + 0.5) * side + 4;
    const [x, y] = [(left + middle).toFixed(1), (top + size + 8).toFixed(1)];
    return [
      text(left - 6, top + middle, label, undefined, 'end'),
      `<g transform="translate(${x} ${y}) rotate(-90)">${text(0, 0, label, undefined, 'end')}</g>`,
    ];
  });
  const cells = counts.flatMap((row, r) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.flatMap((count, c) => {
      if (count === 0) return [];
      const [x, y] = [left + c * side, top + r * side];
      const share = 0.1 + (0.7 * count) / all;
      const number = hasNumbers ? [text(x + side / 2, y + side / 2 + 4, String(count), undefined, 'middle')] : [];
      return [bar(x, y, side, side, Number(share.toFixed(3))), ...number];
    });
  });
  const frame = [0, size].flatMap((at) => [
    line([left, top + at], [left + size, top + at], '#999'),
    line([left + at, top], [left + at, top + size], '#999'),
  ]);
  return picture(left + size + GAP, top + size + NAMES, [
    text(6, top - 14, 'rows: what it was; columns: what was decided'),
    ...cells,
    ...frame,
    ...named,
  ]);
}
