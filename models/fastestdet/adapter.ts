import type { Detection, DetectorAdapter, DetectorModel, ModelManifest, Tensors } from '../../src/contract/index.ts';
import { boxInPicture, ImageToTensor, suppress } from '../../src/perception/index.ts';
import json from './manifest.json' with { type: 'json' };

/** Side of the network's picture and of its grid of cells, pixels and cells. */
const SIZE = 352;
const CELLS = 22;
const PLANE = CELLS * CELLS;
/** Channels before the classes: objectness, offsets of the centre, size. */
const CLASSES_FROM = 5;
/**
 * Least score of a detection: objectness times the class's probability. Lower finds more, and more that is not there; its
 * author takes 0.8 for pictures of demonstrations.
 */
const LEAST_SCORE = 0.5;
/** Overlap above which two boxes of one class are one object; its author's value. */
const OVERLAP = 0.35;

const manifest = json as unknown as ModelManifest;

/**
 * FastestDet (Ma Xuehao 2022, https://github.com/dog-qiuqiu/FastestDet): one object a cell, of the 80 classes of COCO. It is
 * a quarter of a million parameters for slow processors (its author gives AP 0.5 = 25.3 on COCO), so small and crowded
 * things escape it.
 */
export const fastestdet: DetectorModel = { kind: 'detector', manifest, leastScore: LEAST_SCORE, createAdapter };

function createAdapter(): DetectorAdapter {
  const kernel = new ImageToTensor({
    width: SIZE,
    height: SIZE,
    fit: 'stretch',
    channels: 'bgr',
    layout: 'planar',
    type: 'float32',
    std: [255, 255, 255],
    filter: 'area',
  });
  return {
    prepare(picture) {
      const { tensor, placement } = kernel.tensorOf(picture);
      return { inputs: { [manifest.inputs[0].name]: tensor }, placement };
    },
    interpret(outputs, placement) {
      const found = decode(outputs).map((detection) => ({
        ...detection,
        box: boxInPicture(detection.box, placement),
      }));
      return suppress(found, OVERLAP);
    },
  };
}

/** Boxes in pixels of the network's picture. Output channel by channel: [1, 85, 22, 22]. */
function decode(outputs: Tensors): Detection[] {
  const { data } = outputs[manifest.outputs[0].name];
  const found: Detection[] = [];
  for (let cell = 0; cell < PLANE; cell += 1) {
    // Nothing can pass whose objectness alone does not; a NaN never does.
    if (!(data[cell] >= LEAST_SCORE)) continue;
    const { label, probability } = bestClass(data, cell);
    const score = Math.min(data[cell] * probability, 1);
    if (score >= LEAST_SCORE) found.push({ label, score, box: boxAt(data, cell) });
  }
  return found;
}

function bestClass(data: ArrayLike<number>, cell: number): { label: string; probability: number } {
  let best = 0;
  for (let c = 1; c < manifest.labels.length; c += 1) {
    if (data[(CLASSES_FROM + c) * PLANE + cell] > data[(CLASSES_FROM + best) * PLANE + cell]) best = c;
  }
  return { label: manifest.labels[best], probability: data[(CLASSES_FROM + best) * PLANE + cell] };
}

/** The centre lies within a cell of its own (tanh), width and height are shares of the picture (sigmoid). */
function boxAt(data: ArrayLike<number>, cell: number): Detection['box'] {
  const x = (((cell % CELLS) + Math.tanh(data[PLANE + cell])) * SIZE) / CELLS;
  const y = ((Math.floor(cell / CELLS) + Math.tanh(data[2 * PLANE + cell])) * SIZE) / CELLS;
  const halfWidth = (sigmoid(data[3 * PLANE + cell]) * SIZE) / 2;
  const halfHeight = (sigmoid(data[4 * PLANE + cell]) * SIZE) / 2;
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
