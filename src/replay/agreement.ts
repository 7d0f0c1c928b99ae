import {
  intersectionOverUnion,
  isModelAnswer,
  similarityOf,
  unpackEmbedding,
  type Detection,
  type SoundEvent,
} from '../contract/index.ts';
import { isHeadAnswer, isOpened, type HeadAnswer } from '../fusion/index.ts';
import { isDetectorAnswer, isEmbeddingAnswer, isHearingAnswer, type EmbeddingAnswer } from '../perception/index.ts';

/** What two answers to the same question may differ by and still agree. */
export const TOLERANCE = {
  /** Least intersection over union of two boxes. */
  overlap: 0.9,
  /** Largest difference of two scores. */
  score: 0.02,
} as const;

/** How two answers differ. */
export interface Difference {
  readonly agrees: boolean;
  /** Least overlap of boxes that belong together; 1 where there are none. */
  readonly overlap: number;
  /** Largest difference of scores. What only one of them has counts from the least score that the model tells. */
  readonly score: number;
}

/**
 * Compares two answers of a model.
 * @param leastScore of what the model tells: what is barely above it may be missing on the other side
 * @returns `undefined` where one of them is no answer
 */
export function compareAnswers(one: unknown, other: unknown, leastScore: number): Difference | undefined {
  if (isDetectorAnswer(one) && isDetectorAnswer(other)) {
    return judged(compareDetections(one.detections, other.detections, leastScore));
  }
  if (isHearingAnswer(one) && isHearingAnswer(other)) {
    const score = Math.max(Math.abs(one.voice - other.voice), compareEvents(one.events, other.events, leastScore));
    return judged({ overlap: 1, score });
  }
  if (isHeadAnswer(one) && isHeadAnswer(other)) return judged({ overlap: 1, score: compareHeads(one, other) });
  if (isEmbeddingAnswer(one) && isEmbeddingAnswer(other)) {
    return judged({ overlap: 1, score: compareEmbeddings(one, other) });
  }
  if (isModelAnswer(one) && isModelAnswer(other)) {
    const isSame = one.sha256 === other.sha256 && one.text === other.text;
    return judged({ overlap: 1, score: isSame ? Math.abs((one.confidence ?? 0) - (other.confidence ?? 0)) : 1 });
  }
  if (isOpened(one) && isOpened(other)) {
    const isSame = 'opened' in one ? 'opened' in other && one.opened === other.opened : 'refused' in other;
    return judged({ overlap: 1, score: isSame ? 0 : 1 });
  }
  return undefined;
}

/** What two embeddings lack of a cosine of 1; those of two encoders have nothing in common. */
function compareEmbeddings(one: EmbeddingAnswer, other: EmbeddingAnswer): number {
  const [a, b] = [unpackEmbedding(one.embedding), unpackEmbedding(other.embedding)];
  const isSame = one.sha256 === other.sha256 && a !== undefined && a.length === b?.length;
  return isSame ? Math.abs(1 - similarityOf(a, b)) : 1;
}

/** Largest difference of the probability of a class, or of the uncertainty. */
function compareHeads(one: HeadAnswer, other: HeadAnswer): number {
  const chances = new Map(other.classes.map((label, i) => [label, other.probabilities[i]]));
  const differences = one.classes.map((label, i) => Math.abs(one.probabilities[i] - (chances.get(label) ?? 0)));
  return Math.max(Math.abs(one.uncertainty - other.uncertainty), ...differences);
}

function judged({ overlap, score }: Omit<Difference, 'agrees'>): Difference {
  return { agrees: overlap >= TOLERANCE.overlap && score <= TOLERANCE.score, overlap, score };
}

function compareDetections(ones: readonly Detection[], others: readonly Detection[], leastScore: number) {
  const left = [...others];
  let overlap = 1;
  let score = 0;
  for (const one of ones) {
    const best = left
      .filter(({ label }) => label === one.label)
      .reduce<Detection | undefined>(
        (nearest, next) =>
          intersectionOverUnion(next.box, one.box) >
          (nearest === undefined ? 0 : intersectionOverUnion(nearest.box, one.box))
            ? next
            : nearest,
        undefined,
      );
    if (best === undefined) {
      score = Math.max(score, one.score - leastScore);
      continue;
    }
    left.splice(left.indexOf(best), 1);
    overlap = Math.min(overlap, intersectionOverUnion(best.box, one.box));
    score = Math.max(score, Math.abs(best.score - one.score));
  }
  for (const extra of left) score = Math.max(score, extra.score - leastScore);
  return { overlap, score };
}

function compareEvents(ones: readonly SoundEvent[], others: readonly SoundEvent[], leastScore: number): number {
  const scores = new Map(others.map(({ label, score }) => [label, score]));
  let largest = 0;
  for (const { label, score } of ones) {
    largest = Math.max(largest, Math.abs(score - (scores.get(label) ?? leastScore)));
    scores.delete(label);
  }
  for (const score of scores.values()) largest = Math.max(largest, score - leastScore);
  return largest;
}
