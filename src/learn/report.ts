import type { Evaluated } from './evaluate/evaluate.ts';
import type { HeadDescription } from './head/description.ts';
import type { HeldOutFold, Numbers } from './onnx/export.ts';
import type { ReliabilityBin } from './measure/reliability.ts';
import { curvesPicture, type History } from './pictures/curves.ts';
import { confusionPicture, reliabilityPicture } from './pictures/decisions.ts';
import type { Selection } from './train/fit.ts';

/** Names of the pictures beside the report. */
export const PICTURES = { curves: 'curves.svg', reliability: 'reliability.svg', confusion: 'confusion.svg' } as const;

/** What `sensorium train` tells of a head. */
export interface TrainingReport {
  readonly dataset: string;
  readonly seed: number;
  readonly description: HeadDescription;
  /** Judged on folds that it was not trained with; absent where there were none. */
  readonly folds?: Pick<Evaluated, 'evaluation' | 'groups' | 'selections'> & {
    /** By confidence, rising: how many decisions there are, and how many of them are right. */
    readonly reliability: readonly ReliabilityBin[];
    /** Decisions by what it was (rows) and what was decided. */
    readonly confusion: readonly (readonly number[])[];
  };
  /** Samples that the head has not seen; absent: it has seen all. */
  readonly heldOut?: HeldOutFold;
  /** How the head itself was chosen, from the others. */
  readonly selection: Selection;
  /** Pass by pass, how it and the trainings that chose it went. */
  readonly history: History;
  /** The ONNX file. */
  readonly file: { readonly numbers: Numbers; readonly bytes: number };
}

/** Pictures of a report, by the names of their files. */
export function reportPictures({ folds, history, description }: TrainingReport): Record<string, string> {
  return {
    [PICTURES.curves]: curvesPicture(history),
    ...(folds === undefined
      ? {}
      : {
          [PICTURES.reliability]: reliabilityPicture(folds.reliability),
          [PICTURES.confusion]: confusionPicture(folds.confusion, description.classes),
        }),
  };
}

/** The report as Markdown. */
export function reportInMarkdown(report: TrainingReport): string {
  const { dataset, seed, description, folds, heldOut, selection, file } = report;
  const { architecture, modalities, classes } = description;
  const without = heldOut === undefined ? '' : `, without fold ${heldOut.fold} of ${heldOut.file}`;
  const table = (title: string, values: Readonly<Record<string, number>>): string[] => [
    '',
    `| ${title} | % |`,
    '| --- | --- |',
    ...Object.entries(values).map(([name, value]) => `| ${name} | ${value.toFixed(2)} |`),
  ];
  const lines = [
    `# ${architecture.kind} fusion of ${modalities.map(({ name }) => name).join(', ')}`,
    '',
    `Learned from ${dataset} (${classes.length} classes${without}) with seed ${seed}: ${selection.epochs} epochs, temperature ` +
      `${selection.temperature.toFixed(3)}, chosen on ${selection.heldOut} samples held out of training by groups. ` +
      `Its file has ${file.bytes} bytes${file.numbers === 'int8' ? ', learned matrices rounded to 8 bits' : ''}.`,
    '',
    `![loss and accuracy over epochs](${PICTURES.curves})`,
  ];
  if (folds === undefined) return `${lines.join('\n')}\n`;
  const { evaluation, groups } = folds;
  lines.push(
    '',
    'Judged on folds that heads of the same kind were not trained with:',
    '',
    '| | |',
    '| --- | --- |',
    `| accuracy | ${evaluation.mean.toFixed(2)} % (${evaluation.low.toFixed(2)} to ${evaluation.high.toFixed(2)}, bootstrap over groups) |`,
    `| calibration error, 15 bins | ${evaluation.ece.toFixed(2)} % |`,
    `| negative log-likelihood | ${evaluation.nll.toFixed(4)} |`,
    `| area under ROC | ${evaluation.auroc.toFixed(4)} |`,
    `| parameters | ${evaluation.params} |`,
    `| ms a decision (ONNX Runtime, one thread) | ${evaluation.msPerDecision.toFixed(3)} |`,
    '',
    `![how often decisions are right that are so sure](${PICTURES.reliability})`,
    `![what was decided of which class](${PICTURES.confusion})`,
    ...table('recall', evaluation.recallPerClass),
    ...table('modalities present', evaluation.perSubset),
    ...(Object.keys(evaluation.contribution).length === 0
      ? []
      : table('contribution (Shapley, mean magnitude)', evaluation.contribution)),
  );
  if (groups.length > 0) {
    lines.push(
      '',
      '| recording, video or speaker | decisions | accuracy % | confidence % | nll |',
      '| --- | --- | --- | --- | --- |',
      ...groups.map(
        ({ group, decisions, accuracy, confidence, nll }) =>
          `| ${group} | ${decisions} | ${accuracy.toFixed(2)} | ${confidence.toFixed(2)} | ${nll.toFixed(4)} |`,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}
