import type { Dataset } from '../dataset/dataset.ts';
import {
  accuracyOf,
  areaUnderCurve,
  calibrationError,
  chosen,
  negativeLogLikelihood,
  recallPerClass,
  type Decisions,
} from '../measure/metrics.ts';
import { bootstrapInterval } from '../measure/bootstrap.ts';
import { figuresPerGroup, type GroupFigures } from '../measure/groups.ts';

/** Decisions of one split. */
export interface Judged extends Decisions {
  readonly seed: number;
  readonly fold: number;
  readonly groups: Int32Array;
}

/** Figures of a head; all but `nll` and `auroc` in percent. */
export interface Figures {
  /** Accuracy of each seed. */
  readonly perSeed: readonly number[];
  readonly mean: number;
  /** 95 % interval: bootstrap over groups. */
  readonly low: number;
  readonly high: number;
  /** Expected calibration error, 15 equally wide bins; as `nll` and `auroc` the mean over the seeds. */
  readonly ece: number;
  readonly nll: number;
  readonly auroc: number;
  readonly recallPerClass: Readonly<Record<string, number>>;
  /** Accuracy of each recording, video or speaker; none where every sample is on its own. */
  readonly perGroup: Readonly<Record<string, number>>;
}

/** How good a head is on one recording, video or speaker; all but `decisions` and `nll` in percent. */
export type PerGroup = GroupFigures & { readonly group: number };

/** Decisions together. */
export function joined(parts: readonly Judged[]): Decisions {
  return {
    classes: parts[0].classes,
    labels: parts.flatMap(({ labels }) => Array.from(labels)),
    probabilities: Float32Array.from(parts.flatMap(({ probabilities }) => [...probabilities])),
  };
}

/** Sums up what was decided over all seeds and folds. */
export function figuresOf(judged: readonly Judged[], dataset: Dataset): Figures {
  const { classes } = dataset;
  const seeds = [...new Set(judged.map(({ seed }) => seed))];
  const perSeed = seeds.map((seed) => joined(judged.filter((part) => part.seed === seed)));
  const meanOf = (of: (decisions: Decisions) => number): number =>
    perSeed.reduce((sum, decisions) => sum + of(decisions), 0) / perSeed.length;
  const all = joined(judged);
  const right = chosen(all).map((pick, i) => Number(pick === all.labels[i]));
  const groups = groupsOf(judged);
  const { low, high } = bootstrapInterval(right, groups);
  const recalls = recallPerClass(all);
  return {
    perSeed: perSeed.map((decisions) => percent(accuracyOf(decisions))),
    mean: percent(meanOf(accuracyOf)),
    low: percent(low),
    high: percent(high),
    ece: percent(meanOf(calibrationError)),
    nll: meanOf(negativeLogLikelihood),
    auroc: meanOf(areaUnderCurve),
    recallPerClass: Object.fromEntries(classes.map((name, c) => [name, percent(recalls[c])])),
    perGroup: Object.fromEntries(perGroupOf(judged, dataset).map(({ group, accuracy }) => [group, accuracy])),
  };
}

/** Figures of each recording, video or speaker, the worst first; none where every sample is on its own. */
export function perGroupOf(judged: readonly Judged[], { groups, labels }: Dataset): PerGroup[] {
  if (new Set(groups).size === labels.length) return [];
  return figuresPerGroup(joined(judged), groupsOf(judged)).map((found) => ({
    ...found,
    accuracy: percent(found.accuracy),
    confidence: percent(found.confidence),
  }));
}

function groupsOf(judged: readonly Judged[]): number[] {
  return judged.flatMap(({ groups }) => [...groups]);
}

/** In percent, to a thousandth. */
export function percent(share: number): number {
  return Math.round(share * 1e5) / 1e3;
}

/** Every decision as a line of CSV: `seed,fold,index,group,label,p0,p1,…`; `index` counts within seed and fold. */
export function predictionLines(judged: readonly Judged[]): string {
  const { classes } = judged[0];
  const head = ['seed', 'fold', 'index', 'group', 'label', ...Array.from({ length: classes }, (_, c) => `p${c}`)];
  const lines = judged.flatMap(({ seed, fold, groups, labels, probabilities }) =>
    Array.from(labels, (label, i) =>
      [seed, fold, i, groups[i], label, ...probabilities.subarray(i * classes, (i + 1) * classes)].join(','),
    ),
  );
  return `${[head.join(','), ...lines].join('\n')}\n`;
}
