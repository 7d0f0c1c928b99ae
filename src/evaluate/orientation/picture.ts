import { CHART, COLOURS, GAP, LEFT, overTime, page, text } from '../../plot/index.ts';
import { counts, splitError } from './score.ts';
import type { Trial } from './trial.ts';

const [HEADING, INCLINATION] = COLOURS;
const DEGREES = 180 / Math.PI;
/** Height of one trial's chart with what stands around it, px. */
const ROW = CHART + 2 * GAP;

/** What the filter made of a trial. */
export interface TrialEstimates {
  readonly trial: Trial;
  /** Row-major [count, 4]: w, x, y, z. */
  readonly estimates: Float64Array;
}

/** A picture of trials: the errors of heading and inclination over time, where they count, one chart a trial. */
export function orientationPicture(trials: readonly TrialEstimates[], title: string): string {
  const charts = trials.flatMap(({ trial, estimates }, row) => {
    const error = { total: 0, heading: 0, inclination: 0 };
    const [heading, inclination]: { time: number; value: number }[][] = [[], []];
    for (let i = 0; i < trial.count; i += 1) {
      if (!counts(trial, i)) continue;
      splitError(estimates, trial.truth, i, error);
      const time = i / trial.rate;
      heading.push({ time, value: DEGREES * error.heading });
      inclination.push({ time, value: DEGREES * error.inclination });
    }
    const curves = [
      { points: heading, colour: HEADING },
      { points: inclination, colour: INCLINATION },
    ];
    return overTime(curves, 2 * GAP + row * ROW, `${trial.name}: error (deg) over time (s)`);
  });
  const legend = [text(LEFT, 36, 'heading', HEADING), text(LEFT + 60, 36, 'inclination', INCLINATION)];
  return page(2 * GAP + trials.length * ROW, title, [...legend, ...charts]);
}
