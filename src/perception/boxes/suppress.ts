import { intersectionOverUnion, type Detection } from '../../contract/index.ts';

/**
 * Non-maximum suppression: of boxes of one label that overlap, the one with the best score stays.
 * @param overlap intersection over union above which two boxes are one object; smaller merges neighbours, larger leaves
 *   one object several boxes
 * @returns best score first; equal scores in the order given
 */
export function suppress(detections: readonly Detection[], overlap: number): Detection[] {
  const kept: Detection[] = [];
  for (const detection of [...detections].sort((a, b) => b.score - a.score)) {
    const isNew = kept.every(
      ({ label, box }) => label !== detection.label || intersectionOverUnion(box, detection.box) <= overlap,
    );
    if (isNew) kept.push(detection);
  }
  return kept;
}
