import type { AllEvaluated } from '../../learn/index.ts';
import { tableOf } from '../table.ts';

/** All heads beside one another: a line a head, then a line for every further stress and every set of modalities. */
export function allInWords(found: AllEvaluated): string[] {
  const heads = found.map(([kind]) => kind);
  const { perSubset, perStress } = found[0][1].evaluation;
  const stresses = Object.keys(perStress);
  return [
    ...tableOf(
      ['head', 'accuracy %', '95 % interval', 'calibration error %', 'nll', 'parameters', 'ms a decision'],
      found.map(([kind, { evaluation }]) => [
        kind,
        evaluation.mean.toFixed(2),
        `${evaluation.low.toFixed(2)} to ${evaluation.high.toFixed(2)}`,
        evaluation.ece.toFixed(2),
        evaluation.nll.toFixed(4),
        String(evaluation.params),
        evaluation.msPerDecision.toFixed(3),
      ]),
    ),
    ...(stresses.length === 0
      ? []
      : tableOf(
          ['stress (accuracy %)', ...heads],
          stresses.map((name) => [
            name,
            ...found.map(([, { evaluation }]) => evaluation.perStress[name].mean.toFixed(2)),
          ]),
        )),
    ...tableOf(
      ['modalities (accuracy %)', ...heads],
      Object.keys(perSubset).map((name) => [
        name,
        ...found.map(([, { evaluation }]) => evaluation.perSubset[name].toFixed(2)),
      ]),
    ),
  ];
}
