import type { Start } from './start.ts';

/** How a head is trained. */
export interface TrainingOptions {
  /** Most passes over the training set; the learning rate falls to zero over them along half a cosine. Fewer: not learned
   * to the end; more: only time, since training stops where validation is best. */
  readonly epochs: number;
  /** Samples in one step. Smaller: noisier steps and slower epochs; larger: fewer steps. */
  readonly batchSize: number;
  /** Learning rate at the start. Too small: does not arrive; too large: does not settle. */
  readonly rate: number;
  /** See {@link AdamW}. Too small: learns samples by heart; too large: learns nothing. */
  readonly weightDecay: number;
  /** Share of hidden numbers left out in each step, 0..1. */
  readonly dropout: number;
  /** Probability that a modality is masked in a sample, at least one staying, 0..1. 0: helpless when a sensor is gone. */
  readonly modalityDropout: number;
  /** Probability that noise is added to a modality of a sample. 0: helpless when a sensor is noisy. */
  readonly noiseShare: number;
  /** Most of that noise, in training standard deviations of a sequence's channel; how much is drawn evenly below it. */
  readonly noise: number;
  /** The same of single vectors, in training ranges of a channel. */
  readonly rangeNoise: number;
  /**
   * Probability that a modality of a sample tells of another one, where there are at least three ({@link letLie}), 0..1. 0: a head
   * never learns that a modality may be sure and wrong; large: it believes none.
   */
  readonly lying: number;
  /**
   * What it costs that recordings (videos, speakers) of one class differ in the hidden layer that is decided from, see
   * {@link costOfDifferences}. 0: nothing; too large: what differs between classes is lost too. For heads with such a layer (`early`,
   * `cross-attention`); it takes one pass more through the network, of the samples as they are.
   */
  readonly invariance: number;
  /** Epochs clearly worse than the best on what is held out (see {@link lastWithinError}) after which training stops. */
  readonly patience: number;
  /**
   * Standard errors that two epochs may differ by on what is held out and still be a tie, in which the later one is taken
   * ({@link lastWithinError}). 0: the best one, which a handful of samples may decide; large: always the last one.
   */
  readonly tie: number;
  /** Parts that the training groups are divided into for stopping and calibration. */
  readonly parts: number;
  /** Most of these parts that are really held out, one after another: more is slower and steadier. */
  readonly partsUsed: number;
  /** No more parts are held out once they have this many samples. */
  readonly heldOutEnough: number;
  /**
   * Further parts are held out until they have this many groups, or none is left: how sure a head may be about new speakers is not learned
   * from a single one. Larger: slower where groups are large.
   */
  readonly groupsEnough: number;
  /** What a head begins with; absent: chance. */
  readonly start?: Start;
}

/** What is used when nobody says otherwise. */
export const TRAINING: TrainingOptions = {
  epochs: 60,
  batchSize: 64,
  rate: 5e-3,
  weightDecay: 1e-2,
  dropout: 0.2,
  modalityDropout: 0.25,
  noiseShare: 0.25,
  noise: 1,
  rangeNoise: 0.3,
  lying: 0.1,
  invariance: 0,
  patience: 20,
  tie: 2,
  parts: 5,
  partsUsed: 2,
  heldOutEnough: 256,
  groupsEnough: 4,
};

/** One pass over the training set. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean over the pass. */
  readonly loss: number;
  /** On what is held out, or without that on some of the training samples; 0..1. */
  readonly accuracy: number;
  /** Negative log-likelihood of the same, before calibration. */
  readonly nll: number;
}
