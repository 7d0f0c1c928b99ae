import type { Picture } from '../../contract/index.ts';
import {
  budgetAlone,
  familyOfFolder,
  openCaptioner,
  openDualEncoder,
  openVisionLanguage,
  referenceOf,
  writeQuantised,
  type Precision,
} from '../../hub/index.ts';
import { modelFolder, pictureOf } from '../../inference/index.ts';
import { quantiseFile } from '../../learn/index.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';

export const QUANTIZE_EXAMPLES = `
Matrices of products and tables of rows become 8 bits, column by column; what they are multiplied by is cut into 256 steps when it comes. The
8-bit networks lie beside the others and are those that :q8 (the default) opens. Both are then run on the same picture: a dual
encoder tells the cosine of both embeddings, a model that speaks how many tokens are the same until they first differ.

Examples:
  sensorium models quantize robots/my-clip
  sensorium models quantize ./my-vlm --image table.jpg --json`;

export interface QuantizeOptions {
  readonly image?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** How two precisions of a model agree, and how long each takes. */
interface Comparison {
  /** Cosine of the embeddings of a picture. */
  readonly cosine?: number;
  /** Tokens that are the same from the first on, of so many. */
  readonly same?: readonly [number, number];
  /** One picture, ms. */
  readonly ms: { readonly fp32: number; readonly q8: number };
}

/** Tokens that are compared. */
const TOKENS = 32;
const QUESTION = 'What is in the picture?';

/** `sensorium models quantize`. */
export async function quantize(model: string, options: QuantizeOptions, context: CliContext): Promise<void> {
  const { folder } = referenceOf(modelFolder(), model);
  const picture = options.image === undefined ? drawn() : await pictureOf(options.image);
  const progress = createProgress(context.err);
  const networks = await writeQuantised(folder, quantiseFile, {
    isForced: options.force === true,
    progress: (network, share) => progress.show(share, network),
  }).finally(() => progress.clear());
  const { type, kind } = await familyOfFolder(folder);
  const comparison = await compare(folder, kind, picture);
  if (options.json === true) {
    context.out(`${JSON.stringify({ model, family: type, networks, comparison: comparison ?? null })}\n`);
    return;
  }
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const rows = networks.map(({ network, before, after, rounded, kept }) => [
    network,
    megabytes(before),
    megabytes(after),
    `${rounded} of ${rounded + kept}`,
  ]);
  context.out(`${tableOf(['network', 'fp32', 'q8', 'matrices rounded'], rows).join('\n')}\n`);
  if (comparison !== undefined) context.out(`\n${inWords(comparison)}\n`);
}

function inWords({ cosine, same, ms }: Comparison): string {
  const alike = cosine === undefined ? `${same?.[0]} of ${same?.[1]} tokens the same` : `cosine ${cosine.toFixed(4)}`;
  return `q8 against fp32: ${alike}; ${ms.q8} ms instead of ${ms.fp32} ms`;
}

async function compare(folder: string, kind: string, picture: Picture): Promise<Comparison | undefined> {
  const timed = async <T>(act: () => Promise<T>): Promise<readonly [T, number]> => {
    // The first run finds its memory.
    await act();
    const started = performance.now();
    const result = await act();
    return [result, Math.round((performance.now() - started) * 10) / 10];
  };
  if (kind === 'words and pictures') {
    const embedded = async (precision: Precision) => {
      const encoder = await openDualEncoder(folder, { precision, budget: budgetAlone() });
      return timed(() => encoder.embedPicture(picture)).finally(() => encoder.close());
    };
    const [[whole, fp32], [small, q8]] = [await embedded('fp32'), await embedded('q8')];
    return { cosine: whole.reduce((sum, value, i) => sum + value * small[i], 0), ms: { fp32, q8 } };
  }
  if (kind !== 'answers' && kind !== 'captions') return undefined;
  const said = async (precision: Precision) => {
    if (kind === 'captions') {
      const captioner = await openCaptioner(folder, { precision, budget: budgetAlone() });
      return timed(() => captioner.describe(picture, { most: TOKENS })).finally(() => captioner.close());
    }
    const answerer = await openVisionLanguage(folder, { precision, budget: budgetAlone() });
    return timed(() => answerer.answer(QUESTION, [picture], { most: TOKENS })).finally(() => answerer.close());
  };
  const [[whole, fp32], [small, q8]] = [await said('fp32'), await said('q8')];
  const [a, b] = [whole.ids ?? [], small.ids ?? []];
  const differs = a.findIndex((id, i) => id !== b[i]);
  return { same: [differs < 0 ? a.length : differs, a.length], ms: { fp32, q8 } };
}

/** Coarse and fine shapes in all colours. */
function drawn(): Picture {
  const [width, height] = [320, 240];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isRound = (x - 100) ** 2 + (y - 120) ** 2 < 3600;
      data.set([isRound ? 220 : x % 256, (x ^ y) & 0xff, isRound ? 40 : (255 * y) / height], 3 * (y * width + x));
    }
  }
  return { width, height, format: 'rgb8', rowStride: 3 * width, data };
}
