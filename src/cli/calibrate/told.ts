import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { Measured } from '../../calibrate/measured.ts';
import type { Section } from '../../config/index.ts';
import { chartsPicture, type Chart } from '../../plot/index.ts';
import { drawn } from '../drawn.ts';
import type { CliContext } from '../verb.ts';
import type { LogOptions } from './recording.ts';

/** What every calibration may be told beside its log. */
export interface CommonOptions extends LogOptions {
  readonly plot?: string;
  readonly json?: boolean;
}

/** What a calibration found. */
export interface Found {
  /** What `--json` tells, beside `configuration`. */
  readonly result: Readonly<Record<string, unknown>>;
  /** The same for people. */
  readonly lines: readonly string[];
  /** What to paste into the configuration. */
  readonly configuration: Section;
  /** What stands above it, in words: what the configuration has no key for. */
  readonly comments: readonly string[];
  readonly charts: readonly Chart[];
}

/** Adds what all calibrations have in common. */
export function common(command: Command): Command {
  return command
    .argument('<log>', 'recording')
    .option('-c, --config <file>', 'YAML or JSON that names the streams; default: what the log holds')
    .option('--plot <file>', 'draw what it was read from (SVG)')
    .option('--json', 'one JSON object');
}

/**
 * Tells what was found, and draws it where that was asked for.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function tell(found: Found, title: string, options: CommonOptions, { out }: CliContext): Promise<void> {
  const { result, lines, configuration, comments, charts } = found;
  await drawn(options.plot, () => chartsPicture(title, charts));
  if (options.json === true) return out(`${JSON.stringify({ ...result, configuration })}\n`);
  out(`${lines.join('\n')}\n`);
  const snippet =
    Object.keys(configuration).length === 0 ? '' : stringify(configuration, { flowCollectionPadding: true });
  const words = comments.map((comment) => `# ${comment}\n`).join('');
  if (words + snippet !== '') out(`\nFor the configuration:\n\n${words}${snippet}`);
}

/** A value and its standard deviation, both to the deviation's second digit. */
export function withSigma({ value, sigma }: Measured, factor = 1, unit = ''): string {
  const [v, s] = [value * factor, sigma * factor];
  const digits = s > 0 && Number.isFinite(s) ? Math.max(0, 1 - Math.floor(Math.log10(s))) : 6;
  const [shown, doubt] =
    digits > 6
      ? [v.toExponential(Math.max(1, significant(v, s))), s.toExponential(1)]
      : [v.toFixed(digits), s.toFixed(digits)];
  return `${shown} ± ${doubt}${unit === '' ? '' : ` ${unit}`}`;
}

function significant(value: number, sigma: number): number {
  return Math.min(6, Math.floor(Math.log10(Math.abs(value) || sigma)) - Math.floor(Math.log10(sigma)) + 1);
}

/** A number as a person would write it into a configuration. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}

export const DEGREES = 180 / Math.PI;
