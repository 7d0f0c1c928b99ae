import type { Novelty, Picture, StillSource, StillSplit } from '../../contract/index.ts';
import type { PictureEncoder } from '../../hub/index.ts';
import type { WorkerProgram } from '../../workers/index.ts';

/** One thing that a model was asked: a line of the predictions. */
export interface Case {
  readonly id: string;
  /** What of it is not in the train split. */
  readonly kind: Novelty;
  /** What sort of question it is, within its task. */
  readonly form: string;
  readonly truth: string;
  readonly answer: string;
  /** How sure the model is, on a scale of the task's own. */
  readonly score: number;
  /** What it was asked about: cases of one world are no independent draws. */
  readonly world: string;
}

/** What a task works with. */
export interface TaskContext {
  /** Folder of stills, or of worlds with `stills/` in it. */
  readonly data: string;
  /** Which model answers, as the user has named it; `undefined`: the one that comes along. */
  readonly model: string | undefined;
  /** Of `memory`: embeddings, and the folder that it is made in. */
  readonly count?: number;
  readonly folder?: string;
  /** Of `watch`: hours of negatives. */
  readonly hours?: number;
  /** What a task needs of the rest of the program. */
  readonly beside: {
    /** Labelled moments that are drawn on the way. */
    readonly stills: (seed: number, split: StillSplit) => StillSource;
    readonly memory: WorkerProgram;
    /** Opens what embeds pictures, by its name. */
    readonly encoder: (model: string) => Promise<PictureEncoder>;
    /** A model that embeds pictures until it is told to end. */
    readonly embedding: (model: string, pictures: readonly Picture[], signal: AbortSignal) => Promise<void>;
  };
  readonly progress: (share: number, what: string) => void;
}

/** What came of a task. */
export interface TaskRun {
  readonly cases: readonly Case[];
  /** What the same measure gives without the model, or with less of it: see the task's `baseline`. */
  readonly baseline: number;
  /** Other figures, by name. */
  readonly more?: Readonly<Record<string, number | string | boolean>>;
}

/** A task of `sensorium eval vision-language`. */
export interface Task {
  /** What is asked, in one line. */
  readonly description: string;
  /** What the baseline is. */
  readonly baseline: string;
  /** Unit of the figures; default %. */
  readonly unit?: '%' | 'm' | '';
  /** The figure of some cases: default {@link percentRight}. */
  readonly measure?: (cases: readonly Case[]) => number;
  readonly run: (context: TaskContext) => Promise<TaskRun>;
}

/** Share of the cases that were answered right, %. */
export function percentRight(cases: readonly Case[]): number {
  return (100 * cases.filter(({ truth, answer }) => truth === answer).length) / cases.length;
}
