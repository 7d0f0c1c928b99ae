import type { Command } from 'commander';
import { SensoriumError } from '../../contract/index.ts';
import { TRAINING, type Architecture, type TrainingOptions } from '../../learn/index.ts';
import { positive, share, whole } from '../arguments.ts';

/** What a command line says of training. */
export interface TrainingChoices {
  readonly epochs: number;
  readonly noise?: number;
  readonly noiseShare: number;
  readonly invariance?: number;
}

/** Adds the options of training to a verb. */
export function withTraining(command: Command): Command {
  const { epochs, noise, rangeNoise, noiseShare } = TRAINING;
  const most = `most noise in training, in deviations of a signal (default: ${noise}) or ranges of a vector (default: ${rangeNoise})`;
  return command
    .option('--epochs <count>', 'most passes over the training samples', whole, epochs)
    .option('--noise <most>', most, positive)
    .option(
      '--noise-share <share>',
      'of the samples of a modality that have noise in training, 0..1',
      share,
      noiseShare,
    )
    .option(
      '--invariance <weight>',
      'early, cross-attention: what it costs that recordings of one class differ',
      positive,
    );
}

/** How heads are trained. */
export function trainingOf({ epochs, noise, noiseShare, invariance = 0 }: TrainingChoices): TrainingOptions {
  const most = noise === undefined ? {} : { noise, rangeNoise: noise };
  return { ...TRAINING, ...most, epochs, noiseShare, invariance };
}

/** @throws SensoriumError E_USAGE where a head has no hidden layer that all modalities together are decided from */
export function refuseInvariance({ invariance }: TrainingChoices, { kind }: Architecture): void {
  if (invariance === undefined || kind === 'early' || kind === 'cross-attention') return;
  throw new SensoriumError('E_USAGE', `is of early and cross-attention, not of ${kind}`, { path: '--invariance' });
}
