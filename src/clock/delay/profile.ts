import { gridSize, type DelaySearch } from './search.ts';

/** Sums over the samples of some seconds: of y, of its companion w, and of the regressor x at every delay of the grid. */
export interface Block {
  /** Which offset it shares: see {@link DelaySearch.segmentBlocks}. */
  segment: number;
  index: number;
  count: number;
  sumY: number;
  sumYY: number;
  sumW: number;
  sumWW: number;
  sumWY: number;
  readonly sumX: Float64Array;
  readonly sumXX: Float64Array;
  readonly sumXY: Float64Array;
  readonly sumXW: Float64Array;
}

/** Collects samples of a regression `y = scale x(delay) + slant w + offset` for all delays of the grid at once. */
export interface Profile {
  /**
   * @param x the regressor at every delay of the grid; not kept
   * @param w what else y depends on, without delay; 0 where there is no such thing
   */
  add(at: number, y: number, x: Float64Array, w: number): void;
  readonly blocks: readonly Block[];
}

/**
 * Makes a profile. Memory is bounded by {@link DelaySearch.blocks}, a sample costs one pass over the grid, and nothing
 * is allocated once the blocks are there.
 */
export function createProfile(search: DelaySearch): Profile {
  const size = gridSize(search);
  const blocks: Block[] = [];
  let current: Block | undefined;
  let origin = NaN;
  /** Both sides count from here within a segment, so that sums of squares stay exact. */
  let zeroX = 0;
  let zeroY = 0;

  /** Gives up the oldest segment; one of its blocks is used again. */
  function forget(): Block {
    const { segment } = blocks[0];
    let gone = 1;
    while (gone < blocks.length && blocks[gone].segment === segment) gone += 1;
    return blocks.splice(0, gone)[0];
  }

  function open(index: number, x: number, y: number): Block {
    const segment = Math.floor(index / search.segmentBlocks);
    if (current?.segment !== segment) {
      zeroX = x;
      zeroY = y;
    }
    const used = blocks.length >= search.blocks ? forget() : undefined;
    const block = used ?? {
      segment,
      index,
      count: 0,
      sumY: 0,
      sumYY: 0,
      sumW: 0,
      sumWW: 0,
      sumWY: 0,
      sumX: new Float64Array(size),
      sumXX: new Float64Array(size),
      sumXY: new Float64Array(size),
      sumXW: new Float64Array(size),
    };
    Object.assign(block, { segment, index, count: 0, sumY: 0, sumYY: 0, sumW: 0, sumWW: 0, sumWY: 0 });
    for (const sums of [block.sumX, block.sumXX, block.sumXY, block.sumXW]) sums.fill(0);
    blocks.push(block);
    return block;
  }

  return {
    blocks,
    add(at, y, x, w) {
      if (Number.isNaN(origin)) origin = at;
      const index = Math.floor((at - origin) / search.blockSeconds);
      if (current?.index !== index) current = open(index, x[size >> 1], y);
      const { sumX, sumXX, sumXY, sumXW } = current;
      const v = y - zeroY;
      current.count += 1;
      current.sumY += v;
      current.sumYY += v * v;
      current.sumW += w;
      current.sumWW += w * w;
      current.sumWY += w * v;
      for (let k = 0; k < size; k += 1) {
        const u = x[k] - zeroX;
        sumX[k] += u;
        sumXX[k] += u * u;
        sumXY[k] += u * v;
      }
      // Most streams have nothing of the kind.
      if (w !== 0) for (let k = 0; k < size; k += 1) sumXW[k] += (x[k] - zeroX) * w;
    },
  };
}
