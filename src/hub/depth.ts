import { SensoriumError, type Picture } from '../contract/index.ts';
import { ImageToTensor } from '../perception/index.ts';
import { levelsOf } from './config.ts';
import { readDescription } from './description.ts';
import { openFolder } from './folder.ts';
import type { Section } from './json.ts';
import { openNetworks, runNetwork, type OpenOptions } from './network.ts';

/** How near each part of a picture is. */
export interface DepthMap {
  /** Of the map: it lies over the whole picture, stretched. */
  readonly width: number;
  readonly height: number;
  /** Row by row from the top left. Of a relative model: the greater, the nearer, in no unit; of a metric one: metres. */
  readonly data: Float32Array;
}

/** Says how far away things in a picture are. */
export interface DepthEstimator {
  /** Hexadecimal sha256 over its files. */
  readonly sha256: string;
  readonly isMetric: boolean;
  /** @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME */
  estimate(picture: Picture): Promise<DepthMap>;
  close(): Promise<void>;
}

/** Pixels that are given to a network at most: a very long and narrow picture would take all memory. */
const MOST_PIXELS = 2 ** 22;

/**
 * Opens Depth Anything: a picture is resized so that its sides are multiples of a patch and, where the model was trained so, in proportion.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openDepthEstimator(folder: string, options: OpenOptions = {}): Promise<DepthEstimator> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['depth']);
  const config = description.json('config.json');
  const preprocessor = description.json('preprocessor_config.json');
  const sizeFor = sizesOf(preprocessor);
  const levels = levelsOf(preprocessor);
  const networks = await openNetworks(
    files,
    [
      {
        name: 'model',
        task: 'how far away things are',
        inputs: [{ name: 'pixel_values', type: 'float32', shape: [1, 3, -1, -1] }],
        outputs: [{ name: 'predicted_depth', type: 'float32', shape: [1, -1, -1] }],
      },
    ],
    options,
  );
  const [model] = networks.models;
  let kernel: { readonly width: number; readonly height: number; readonly its: ImageToTensor } | undefined;

  return {
    sha256: description.sha256(networks.hashes),
    isMetric: config.value('depth_estimation_type') === 'metric',
    async estimate(picture) {
      const { width, height } = sizeFor(picture);
      if (kernel?.width !== width || kernel.height !== height) {
        kernel = { width, height, its: new ImageToTensor({ width, height, fit: 'stretch', ...levels }) };
      }
      const { predicted_depth: depth } = await runNetwork(model, { pixel_values: kernel.its.tensorOf(picture).tensor });
      const [, rows, columns] = depth.shape;
      return { width: columns, height: rows, data: depth.data as Float32Array };
    },
    close: () => networks.close(),
  };
}

/** What a picture is resized to: as DPT's processor does it. */
function sizesOf(preprocessor: Section): (picture: Picture) => { readonly width: number; readonly height: number } {
  const size = preprocessor.section('size');
  const [wide, high] = [size.whole('width', 1, 4096), size.whole('height', 1, 4096)];
  const multiple = preprocessor.has('ensure_multiple_of') ? preprocessor.whole('ensure_multiple_of', 1, 512) : 1;
  const isKept = preprocessor.value('keep_aspect_ratio') === true;
  const rounded = (value: number): number => Math.max(multiple, Math.round(value / multiple) * multiple);
  return ({ width, height }) => {
    let [x, y] = [wide / width, high / height];
    // The side that changes less decides for both.
    if (isKept) x = y = Math.abs(1 - x) < Math.abs(1 - y) ? x : y;
    const resized = { width: rounded(x * width), height: rounded(y * height) };
    if (resized.width * resized.height <= MOST_PIXELS) return resized;
    throw new SensoriumError('E_MODEL_INPUT', `too long or too narrow a picture: ${width} x ${height}`, {
      path: 'picture',
    });
  };
}
