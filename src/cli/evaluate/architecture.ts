import { Option, type Command } from 'commander';
import { ARCHITECTURES, architectureWith, type Architecture, type ArchitectureKind } from '../../learn/index.ts';
import { whole } from '../arguments.ts';

/** What a command line says of an architecture. */
export interface ArchitectureOptions {
  readonly head: ArchitectureKind;
  readonly hidden?: number;
  readonly width?: number;
  readonly heads?: number;
  readonly layers?: number;
  readonly causal?: boolean;
  readonly apart?: boolean;
}

/**
 * Adds `--head` and the sizes of architectures to a verb.
 * @param others what `--head` may be beside an architecture
 */
export function withArchitecture(command: Command, others: readonly string[] = []): Command {
  return command
    .addOption(
      new Option('--head <architecture>', 'how modalities become one decision')
        .choices([...Object.keys(ARCHITECTURES), ...others])
        .default('evidential'),
    )
    .option('--hidden <numbers>', 'in a hidden layer (default: 512 early, 64 bc-lstm, 128 else)', whole)
    .option('--width <numbers>', 'in a step of cross-attention and transformers (default: 64)', whole)
    .option('--heads <count>', 'of attention, which divide the width (default: 4)', whole)
    .option(
      '--layers <count>',
      'of a transformer (default: 2, context-transformer 1), or hidden ones of a late head (default: 1)',
      whole,
    )
    .option('--causal', 'context-transformer: look at nothing that comes later')
    .option('--apart', 'late heads: each modality learns by itself');
}

/**
 * The architecture that was asked for.
 * @throws SensoriumError E_USAGE
 */
export function architectureOf({
  head,
  hidden,
  width,
  heads,
  layers,
  causal,
  apart,
}: ArchitectureOptions): Architecture {
  return architectureWith(head, { hidden, width, heads, layers }, causal, apart);
}
