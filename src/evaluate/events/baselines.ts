import type { StreamId } from '../../frame/index.ts';
import type { Window } from './windows.ts';

/** A rule of one number: the event is said to hold above a threshold, or below it. */
export interface Rule {
  readonly stream: StreamId;
  /** Name of the number. */
  readonly number: string;
  readonly says: 'above' | 'below';
  readonly threshold: number;
}

/** A rule, and the balanced accuracy that it comes to. */
export interface Judged extends Rule {
  readonly train: number;
  readonly test: number;
}

/** What the simplest of rules make of an event. Accuracies are balanced: the mean of the shares of hits among both. */
export interface EventBaselines {
  readonly event: string;
  /** Windows that hold it. */
  readonly train: number;
  readonly test: number;
  /** What always saying the commoner answer comes to: half, whatever the event. */
  readonly commoner: number;
  /** The best rule of each stream, learned from the training windows alone. */
  readonly thresholds: readonly Judged[];
  /** What most of these rules say. */
  readonly vote: number;
  /** The best of all these on the test windows. */
  readonly best: number;
}

/** What the baselines come to. */
export interface BaselineReport {
  readonly windows: { readonly train: number; readonly test: number };
  readonly events: readonly EventBaselines[];
  /** Means over the events; unset without any. */
  readonly overall?: {
    readonly commoner: number;
    readonly vote: number;
    readonly thresholds: Readonly<Record<StreamId, number>>;
  };
}

/**
 * Learns on some windows, and judges on others, what always saying the commoner answer, one threshold for each stream, and a
 * vote of those make of every event. Events that hold in all windows of either side, or in none, are left out: of them nothing
 * can be told.
 */
export function baselinesOf(train: readonly Window[], test: readonly Window[]): BaselineReport {
  const divides = (event: string, windows: readonly Window[]): boolean =>
    windows.some(({ events }) => events.has(event)) && windows.some(({ events }) => !events.has(event));
  const events = [...new Set(train.flatMap(({ events }) => [...events]))]
    .filter((event) => divides(event, train) && divides(event, test))
    .sort()
    .map((event) => baselinesOfEvent(event, train, test));
  const counts = { train: train.length, test: test.length };
  if (events.length === 0) return { windows: counts, events };
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const streams = new Set(events.flatMap(({ thresholds }) => thresholds.map(({ stream }) => stream)));
  return {
    windows: counts,
    events,
    overall: {
      commoner: mean(events.map(({ commoner }) => commoner)),
      vote: mean(events.map(({ vote }) => vote)),
      thresholds: Object.fromEntries(
        [...streams].map((stream) => [
          stream,
          mean(
            events.flatMap(({ thresholds }) =>
              thresholds.filter((one) => one.stream === stream).map(({ test }) => test),
            ),
          ),
        ]),
      ),
    },
  };
}

function baselinesOfEvent(event: string, train: readonly Window[], test: readonly Window[]): EventBaselines {
  const holdsIn = (windows: readonly Window[]): boolean[] => windows.map(({ events }) => events.has(event));
  const [learned, judged] = [holdsIn(train), holdsIn(test)];
  const thresholds = [...(train[0]?.numbers.keys() ?? [])].flatMap((stream): Judged[] => {
    const rule = bestRule(stream, train, learned);
    if (rule === undefined) return [];
    const accuracy = (windows: readonly Window[], truth: readonly boolean[]): number =>
      balancedAccuracy(
        windows.map((window) => holds(rule, window)),
        truth,
      );
    return [{ ...rule, train: accuracy(train, learned), test: accuracy(test, judged) }];
  });
  const votes = test.map((window) => 2 * thresholds.filter((rule) => holds(rule, window)).length > thresholds.length);
  const vote = balancedAccuracy(votes, judged);
  const most = 2 * count(learned) > learned.length;
  const commoner = balancedAccuracy(
    judged.map(() => most),
    judged,
  );
  const best = Math.max(commoner, vote, ...thresholds.map((one) => one.test));
  return { event, train: count(learned), test: count(judged), commoner, thresholds, vote, best };
}

const count = (holds: readonly boolean[]): number => holds.filter(Boolean).length;

/** Whether a rule says that the event holds in a window. Where there is nothing to tell by, it does not. */
function holds({ stream, number, says, threshold }: Rule, { numbers }: Window): boolean {
  const value = numbers.get(stream)?.[number] ?? NaN;
  return says === 'above' ? value > threshold : value < threshold;
}

/** The threshold through one of a stream's numbers that tells the training windows apart best. */
function bestRule(stream: StreamId, windows: readonly Window[], truth: readonly boolean[]): Rule | undefined {
  const names = new Set(windows.flatMap(({ numbers }) => Object.keys(numbers.get(stream) ?? {})));
  let best: Rule | undefined;
  let most = -Infinity;
  for (const number of names) {
    for (const says of ['above', 'below'] as const) {
      const values = windows.map(({ numbers }) => numbers.get(stream)?.[number] ?? NaN);
      const { threshold, accuracy } = bestThreshold(values, truth, says);
      if (accuracy <= most) continue;
      most = accuracy;
      best = { stream, number, says, threshold };
    }
  }
  return best;
}

/**
 * The threshold with the best balanced accuracy, halfway between two values; of equal ones the first.
 * @param values NaN counts as not holding
 */
export function bestThreshold(
  values: readonly number[],
  truth: readonly boolean[],
  says: Rule['says'],
): { readonly threshold: number; readonly accuracy: number } {
  const sign = says === 'above' ? 1 : -1;
  const sorted = values
    .map((value, i) => ({ value: sign * value, holds: truth[i] }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value);
  const positives = count(truth);
  const negatives = truth.length - positives;
  let best = { threshold: sign * Infinity, accuracy: 0.5 };
  let hits = 0;
  let alarms = 0;
  sorted.forEach(({ value, holds }, i) => {
    if (holds) hits += 1;
    else alarms += 1;
    const next = sorted[i + 1]?.value ?? -Infinity;
    if (next === value) return;
    const accuracy = (hits / positives + (negatives - alarms) / negatives) / 2;
    if (accuracy <= best.accuracy) return;
    best = { threshold: sign * (next === -Infinity ? value - 1 : (value + next) / 2), accuracy };
  });
  return best;
}

/** Mean of the share of windows with the event that are found and of the share of those without that are left alone. */
export function balancedAccuracy(said: readonly boolean[], truth: readonly boolean[]): number {
  let hits = 0;
  let rests = 0;
  said.forEach((one, i) => {
    if (one && truth[i]) hits += 1;
    if (!one && !truth[i]) rests += 1;
  });
  const positives = count(truth);
  return (hits / positives + rests / (truth.length - positives)) / 2;
}
