import { SensoriumError } from '../../contract/index.ts';
import { ARCHITECTURES, type Architecture, type ArchitectureKind } from './description.ts';

/** Sizes of architectures, and the greatest that make sense: what is larger is a mistake, and takes all memory. */
const GREATEST = { hidden: 8192, width: 2048, heads: 64, layers: 24 } as const;

/** Sizes that are wanted; `undefined`: as in {@link ARCHITECTURES}. */
export type Sizes = { readonly [size in keyof typeof GREATEST]: number | undefined };

/**
 * An architecture with other sizes.
 * @param isCausal nothing that comes later is to be looked at
 * @param isApart each modality is to learn by itself
 * @throws SensoriumError E_USAGE where the architecture has no such size, it is too large, or `heads` do not divide `width`
 */
export function architectureWith(
  kind: ArchitectureKind,
  sizes: Sizes,
  isCausal = false,
  isApart = false,
): Architecture {
  const architecture: Record<string, unknown> = { ...ARCHITECTURES[kind] };
  if (isCausal) {
    if (!('causal' in architecture)) {
      throw new SensoriumError('E_USAGE', `${kind} cannot do without what comes later`, { path: '--causal' });
    }
    architecture['causal'] = true;
  }
  if (isApart) {
    if (!['late', 'late-attention', 'late-bayes'].includes(kind)) {
      throw new SensoriumError('E_USAGE', `modalities of ${kind} learn together`, { path: '--apart' });
    }
    architecture['apart'] = true;
  }
  for (const [size, greatest] of Object.entries(GREATEST)) {
    const wanted = sizes[size as keyof Sizes];
    if (wanted === undefined) continue;
    const path = `--${size}`;
    if (!(size in architecture)) throw new SensoriumError('E_USAGE', `${kind} has no ${size}`, { path });
    if (wanted > greatest) throw new SensoriumError('E_USAGE', `expected at most ${greatest}, got ${wanted}`, { path });
    architecture[size] = wanted;
  }
  const { width, heads } = architecture;
  if (Number(width ?? 0) % Number(heads ?? 1) !== 0) {
    throw new SensoriumError('E_USAGE', `expected a divisor of the width ${String(width)}, got ${String(heads)}`, {
      path: '--heads',
    });
  }
  return architecture as unknown as Architecture;
}
