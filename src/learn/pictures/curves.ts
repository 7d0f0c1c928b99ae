import type { FitReport } from '../train/fit.ts';
import { COLOURS, curve, line, picture, text } from '../../plot/index.ts';

/** What was told after each pass, of all trainings of a head: those that held something out, then the head itself. */
export type History = readonly Pick<FitReport, 'run' | 'runs' | 'epoch' | 'loss' | 'nll' | 'accuracy'>[];

/** Sizes in px. */
const [WIDTH, PLOT, GAP, LEFT] = [720, 200, 44, 60];
const RIGHT = WIDTH - 220;

/** Loss above, accuracy below, over the passes of each training: a colour each. */
export function curvesPicture(history: History): string {
  const most = Math.max(...history.flatMap(({ loss, nll }) => [loss, nll]).filter(Number.isFinite), 1e-9);
  const losses = plot(history, GAP, 'loss (dashed: negative log-likelihood of what is looked at)', most, [
    { of: ({ loss }) => loss },
    { of: ({ nll }) => nll, isDashed: true },
  ]);
  const accuracies = plot(history, GAP + PLOT + 2 * GAP, 'accuracy (%) of what is looked at', 100, [
    { of: ({ accuracy }) => 100 * accuracy },
  ]);
  return picture(WIDTH, 2 * (GAP + PLOT) + 2 * GAP, [...losses, ...accuracies]);
}

interface Line {
  readonly of: (report: History[number]) => number;
  readonly isDashed?: boolean;
}

function plot(history: History, top: number, title: string, most: number, lines: readonly Line[]): string[] {
  const last = Math.max(...history.map(({ epoch }) => epoch), 2);
  const x = (epoch: number): number => LEFT + ((epoch - 1) / (last - 1)) * (RIGHT - LEFT);
  const y = (value: number): number => top + PLOT * (1 - value / most);
  const runs = [...new Set(history.map(({ run }) => run))];
  return [
    text(LEFT, top - 14, title),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      line([LEFT, y(share * most)], [RIGHT, y(share * most)], '#ddd'),
      text(LEFT - 6, y(share * most) + 4, String(Number((share * most).toPrecision(3))), undefined, 'end'),
    ]),
    text(LEFT, top + PLOT + 16, '1', undefined, 'middle'),
    text(RIGHT, top + PLOT + 16, `epoch ${last}`, undefined, 'middle'),
    ...runs.flatMap((run, i) => {
      const own = history.filter((report) => report.run === run);
      const colour = COLOURS[i % COLOURS.length];
      return [
        ...lines.map(({ of, isDashed }) =>
          curve(
            own.filter((report) => Number.isFinite(of(report))).map((report) => [x(report.epoch), y(of(report))]),
            colour,
            2,
            isDashed,
          ),
        ),
        line([RIGHT + 12, top + 8 + i * 18], [RIGHT + 30, top + 8 + i * 18], colour),
        // The last one is the head: it has seen what it is looked at by.
        text(
          RIGHT + 36,
          top + 12 + i * 18,
          run === own[0].runs ? 'the head, training samples' : `held out: part ${run}`,
        ),
      ];
    }),
  ];
}
