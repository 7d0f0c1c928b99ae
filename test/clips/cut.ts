import { createSource } from '../../drivers/simulation/source.ts';
import { createStills } from '../../drivers/simulation/stills/stills.ts';
import { ClipCutter, type ClipOptions, type CutClip } from '../../src/clips/index.ts';
import { VIRTUAL_EPOCH } from '../../src/cli/simulate.ts';
import type { StillSplit, StillTruth, VirtualSource } from '../../src/contract/index.ts';
import { simulated } from '../drivers/support/simulation.ts';

/** A world with small pictures, which cost little: what counts as seen is a share of them. */
export function sourceOf(seed: number, split: StillSplit) {
  const small = { width: 80, height: 60 };
  const off = { enabled: false };
  return createSource(
    simulated({
      seed,
      senses: 'all',
      world: { split, varied: true },
      streams: { camera: small, depth: small, lidar3d: off, scan: off, mag: off, gnss: off, speech: off },
    }),
  );
}

/** How a world is cut. */
export function optionsOf(seed: number, split: StillSplit, { streams }: VirtualSource): ClipOptions {
  return {
    recording: `world-${seed}.mcap`,
    split,
    epoch: VIRTUAL_EPOCH,
    streams,
    camera: [0.1, 0, 1.15],
    vocabulary: createStills(1, split).vocabulary,
    everySeconds: 2,
  };
}

/** The clips of a world. */
function cut(seed: number, split: StillSplit, seconds: number): CutClip[] {
  const source = sourceOf(seed, split);
  const cutter = new ClipCutter(optionsOf(seed, split, source));
  return [...source.inputs(seconds)].flatMap((input) => cutter.see(input));
}

/** The truths about the clips of some worlds, numbered through. */
export function truthsOf(split: StillSplit, worlds: number, seconds: number): StillTruth[] {
  return Array.from({ length: worlds }, (_, i) => cut(100 + i, split, seconds).map(({ truth }) => truth))
    .flat()
    .map((truth, still) => ({ ...truth, still }));
}
