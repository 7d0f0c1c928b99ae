import { longest, type Dataset } from '../dataset/dataset.ts';
import { withModalities } from '../dataset/modalities.ts';
import { readDataset } from '../dataset/read.ts';
import { ARCHITECTURES, isConversational, type ArchitectureKind } from '../head/description.ts';
import { evaluateHead, type Evaluated, type EvaluationProgress, type EvaluationRequest } from './evaluate.ts';

/** What was found of each architecture, in the order of {@link ARCHITECTURES}. */
export type AllEvaluated = readonly (readonly [kind: ArchitectureKind, evaluated: Evaluated])[];

/** Architectures that can take a data set: those of conversations want one vector an utterance. */
export function headsFor({ isConversation, modalities }: Dataset): ArchitectureKind[] {
  const isSpoken = isConversation === true && modalities.every((modality) => longest(modality) === 1);
  return Object.values(ARCHITECTURES)
    .filter((architecture) => isSpoken || !isConversational(architecture))
    .map(({ kind }) => kind);
}

/**
 * Trains and judges heads of all architectures that can take a data set, each as {@link evaluateHead} does.
 * @throws SensoriumError as {@link evaluateHead}
 */
export async function evaluateAllHeads(
  request: Omit<EvaluationRequest, 'architecture'>,
  tell: (progress: EvaluationProgress) => void | Promise<void> = () => undefined,
): Promise<AllEvaluated> {
  const kinds = headsFor(withModalities(await readDataset(request.train), request.modalities));
  const found: (readonly [ArchitectureKind, Evaluated])[] = [];
  for (const kind of kinds) {
    const evaluated = await evaluateHead({ ...request, architecture: ARCHITECTURES[kind] }, (progress) => {
      const { done, heads } = progress;
      return tell({ ...progress, done: found.length * heads + done, heads: kinds.length * heads });
    });
    found.push([kind, evaluated]);
  }
  return found;
}
