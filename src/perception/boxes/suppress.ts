import type { Detection } from '../../contract/index.ts';

type Box = Detection['box'];

/** Area shared by two boxes over the area of both together; 0 where they do not meet. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

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

function areaOf([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}
