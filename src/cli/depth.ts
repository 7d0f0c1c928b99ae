import { extname } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { budgetAlone, openDepthEstimator, referenceOf, type DepthMap } from '../hub/index.ts';
import { loadSharp, modelFolder, pictureOf } from '../inference/index.ts';
import { whole } from './arguments.ts';
import { write } from './folder.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The model is Depth Anything: owner/name of a hub that "sensorium models pull" has brought, or a folder that begins with / or . and, behind a colon, its
precision (q8 unless said otherwise). --out is a PNG of 16 bits, as large as the picture. Of a metric model a level is a millimetre, 65535 what is
farther. Of a relative one the nearest is 65535 and the farthest 0, in no unit and of this picture alone; the range says what the model gave for both.
--shown is the same for people: the nearer, the lighter.

Examples:
  sensorium models pull onnx-community/depth-anything-v2-small
  sensorium depth room.jpg --model onnx-community/depth-anything-v2-small --out depth.png
  sensorium depth room.jpg --model ./my-depth:fp32 --out depth.png --shown shown.jpg --json`;

interface Options {
  readonly model: string;
  readonly out: string;
  readonly shown?: string;
  readonly threads: number;
  readonly json?: boolean;
}

/** Levels of 16 bits. */
const MOST = 65_535;

/** `sensorium depth`: how far away things in a picture are. */
export const depth: Verb = (program, context) => {
  program
    .command('depth')
    .description('say how far away things in a picture are')
    .argument('<image>', 'JPEG, PNG, WebP')
    .requiredOption('--model <model>', 'owner/name or a path, and :precision')
    .option('-o, --out <file>', 'depth to write (PNG, 16 bits)', 'depth.png')
    .option('--shown <file>', 'a picture of it for people (PNG, JPEG, WebP)')
    .option('--threads <count>', 'threads of one run', whole, 1)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((image: string, options: Options) => measure(image, options, context));
};

async function measure(image: string, options: Options, { out }: CliContext): Promise<void> {
  const { model, out: file, shown, threads } = options;
  checkEnding('--out', file, ['.png']);
  if (shown !== undefined) checkEnding('--shown', shown, ['.png', '.jpg', '.jpeg', '.webp']);
  const picture = await pictureOf(image);
  const { folder, precision } = referenceOf(modelFolder(), model);
  const estimator = await openDepthEstimator(folder, { precision, threads, budget: budgetAlone() });
  try {
    const started = performance.now();
    const map = await estimator.estimate(picture);
    const ms = Math.round(performance.now() - started);
    const { isMetric, sha256 } = estimator;
    const least = map.data.reduce((a, b) => Math.min(a, b), Infinity);
    const greatest = map.data.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!Number.isFinite(least) || !Number.isFinite(greatest)) {
      throw new SensoriumError('E_MODEL_RUNTIME', 'it gives what is no number', { path: model });
    }
    const size = { width: picture.width, height: picture.height };
    const range = greatest > least ? greatest - least : 1;
    const levels = levelsOf(map, (value) =>
      isMetric ? Math.min(MOST, Math.max(0, 1000 * value)) : (MOST * (value - least)) / range,
    );
    await write(file, await greyOf(levels, map, size));
    if (shown !== undefined) {
      const nearness = levelsOf(map, (value) => (MOST * (isMetric ? greatest - value : value - least)) / range);
      await write(shown, await lightOf(nearness, map, size, shown));
    }
    const unit = isMetric ? 'm' : 'relative';
    if (options.json === true) {
      const files = { file, ...(shown === undefined ? {} : { shown }) };
      out(`${JSON.stringify({ image, ...files, ...size, unit, range: [least, greatest], model, sha256, ms })}\n`);
      return;
    }
    const words = isMetric
      ? `${least.toFixed(2)} to ${greatest.toFixed(2)} m, a level is 1 mm`
      : 'the greater, the nearer';
    const said = isMetric
      ? words
      : `${least.toPrecision(4)} (0) to ${greatest.toPrecision(4)} (65535), ${words}; no unit`;
    out(`${file}: ${said}\n`);
  } finally {
    await estimator.close();
  }
}

function checkEnding(path: string, file: string, endings: readonly string[]): void {
  if (endings.includes(extname(file).toLowerCase())) return;
  throw new SensoriumError('E_USAGE', `expected ${endings.join(', ')}, got ${extname(file)}`, { path });
}

function levelsOf({ data }: DepthMap, levelOf: (value: number) => number): Uint16Array {
  return Uint16Array.from(data, (value) => Math.round(levelOf(value)));
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sixteen bits, stretched to the picture; between two levels of the map it is the nearer one's: there is nothing between an edge and what is behind it. */
async function greyOf(levels: Uint16Array, { width, height }: Size, size: Size): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const stretched = new Uint16Array(size.width * size.height);
  for (let y = 0; y < size.height; y += 1) {
    const row = Math.floor(((y + 0.5) * height) / size.height) * width;
    for (let x = 0; x < size.width; x += 1) {
      stretched[y * size.width + x] = levels[row + Math.floor(((x + 0.5) * width) / size.width)];
    }
  }
  return sharp(stretched, { raw: { ...size, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
}

/** Eight bits for people. */
async function lightOf(levels: Uint16Array, { width, height }: Size, size: Size, file: string): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const light = Uint8Array.from(levels, (level) => level >> 8);
  const its = sharp(light, { raw: { width, height, channels: 1 } }).resize(size.width, size.height, { fit: 'fill' });
  const ending = extname(file).toLowerCase();
  return (ending === '.png' ? its.png() : ending === '.webp' ? its.webp() : its.jpeg({ quality: 95 })).toBuffer();
}
