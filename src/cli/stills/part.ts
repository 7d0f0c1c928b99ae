import { join } from 'node:path';
import { hashOf, type StillSource, type StillSplit } from '../../contract/index.ts';
import { createNpyWriter, type NpyType } from '../../numpy/write.ts';
import { createRandom } from '../../random/index.ts';
import { captionsOf, questionsOf, type Question } from '../../words/index.ts';
import { createLines } from './lines.ts';

/** Which stills are to be written. */
export interface PartRequest {
  readonly source: StillSource;
  readonly seed: number;
  readonly split: StillSplit;
  /** The first, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly sound: boolean;
}

/** An array of a set of stills, a row for each: what a row is like. */
export interface StillArray {
  readonly type: NpyType;
  readonly sides: readonly number[];
  /** What the description says of it besides. */
  readonly about?: object;
}

/** The arrays of a set. */
export function arraysOf(source: StillSource, sound: boolean): Readonly<Record<string, StillArray>> {
  const { width, height, samples, channels } = source;
  return {
    picture: { type: '|u1', sides: [height, width, 3] },
    depth: { type: '<u2', sides: [height, width] },
    ...(sound ? { sound: { type: '<i2', sides: [samples, channels] } as const } : {}),
  };
}

/** Files of JSON lines of a set. */
export const LINES = ['stills', 'captions', 'questions'] as const;

/**
 * Writes stills into a folder, which exists: arrays row by row, truth and words line by line.
 * @param tell of how many are written
 * @throws SensoriumError E_FILE_WRITE
 */
export function writePart(folder: string, request: PartRequest, tell: (done: number) => void): void {
  const { source, from, to, sound } = request;
  const writers = Object.entries(arraysOf(source, sound)).map(([name, { type, sides }]) => ({
    name,
    writer: createNpyWriter(join(folder, `${name}.npy`), type, sides),
  }));
  const lines = Object.fromEntries(LINES.map((name) => [name, createLines(join(folder, `${name}.jsonl`))]));
  let asked: { readonly pair: number; readonly questions: readonly Question[] } | undefined;
  for (let index = from; index < to; index += 1) {
    const still = source.still(index, sound);
    const rows: Readonly<Record<string, ArrayLike<number> | undefined>> = { ...still, truth: undefined };
    for (const { name, writer } of writers) writer.append(rows[name] ?? []);
    const pair = Math.floor(index / 2);
    if (asked?.pair !== pair) asked = { pair, questions: questionsAbout(request, pair) };
    lines['stills'].append([still.truth]);
    lines['captions'].append(captionsAbout(request, index));
    lines['questions'].append(asked.questions.filter((question) => question.still === index));
    tell(index + 1 - from);
  }
  for (const { writer } of writers) writer.close();
  for (const { close } of Object.values(lines)) close();
}

/** Questions about both stills of a pair. */
export function questionsAbout({ source, seed, split }: Pick<PartRequest, 'source' | 'seed' | 'split'>, pair: number) {
  const random = createRandom(hashOf(`${seed} ${split} questions ${pair}`));
  return questionsOf([source.truth(2 * pair), source.truth(2 * pair + 1)], source.vocabulary, random);
}

/** Captions of a still. */
export function captionsAbout({ source, seed, split }: Pick<PartRequest, 'source' | 'seed' | 'split'>, still: number) {
  const random = createRandom(hashOf(`${seed} ${split} captions ${still}`));
  return captionsOf(source.truth(still), source.vocabulary, random);
}
