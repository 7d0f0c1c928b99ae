import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { refuseInvariance, trainingOf, withTraining, type TrainingChoices } from '../../src/cli/evaluate/training.ts';
import { ARCHITECTURES, TRAINING } from '../../src/learn/index.ts';

function choices(...args: readonly string[]): TrainingChoices {
  return withTraining(new Command().exitOverride().configureOutput({ writeErr: () => undefined }))
    .parse([...args], { from: 'user' })
    .opts<TrainingChoices>();
}

describe('options of training', () => {
  it('are the usual ones unless others are wanted', () => {
    expect(trainingOf(choices())).toEqual(TRAINING);
    const args = ['--epochs', '7', '--noise', '0.8', '--noise-share', '0.5', '--invariance', '2'];
    const wanted = { epochs: 7, noise: 0.8, rangeNoise: 0.8, noiseShare: 0.5, invariance: 2 };
    expect(trainingOf(choices(...args))).toEqual({ ...TRAINING, ...wanted });
  });

  it.each([
    ['--noise', '0'],
    ['--noise-share', '1.1'],
    ['--invariance', 'much'],
  ])('refuse %s %s', (option, value) => {
    expect(() => choices(option, value)).toThrow(/expected a number/);
  });

  it('refuse a cost of differences where nothing is decided by all modalities at once', () => {
    expect(() => refuseInvariance(choices('--invariance', '1'), ARCHITECTURES['late-bayes'])).toThrow(
      '--invariance: is of early and cross-attention, not of late-bayes (E_USAGE)',
    );
    refuseInvariance(choices('--invariance', '1'), ARCHITECTURES.early);
    refuseInvariance(choices(), ARCHITECTURES.late);
  });
});
