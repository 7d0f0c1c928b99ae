import type { Command } from 'commander';
import type { Section } from '../config/index.ts';
import type { DriverDefinition, ModelDefinition } from '../contract/index.ts';
import type { DeviceDriver, EmulatedDriver, ProgramEmulator } from '../device/index.ts';

/** What a verb may use: handed down by the composition root. */
export interface CliContext {
  /** The drivers that this build knows. */
  readonly drivers: readonly DriverDefinition[];
  /** Those of them that are devices behind a line, each with what stands in for it. */
  readonly devices: readonly EmulatedDriver[];
  /** Those that read a program, each with what stands in for that. */
  readonly programs: readonly { readonly driver: DeviceDriver; readonly emulator: ProgramEmulator }[];
  /** The learned models that this build knows. */
  readonly models: readonly ModelDefinition[];
  /** The configuration of a live run without a file: the simulated robot. As a file would say it. */
  readonly embedded: Section;
  /** Version of Sensorium. */
  readonly version: string;
  /** Folder of the package, with `config/` and `systemd/`. */
  readonly home: string;
  /** Path of the program that node runs: main.js. */
  readonly main: string;
  /** Writes to standard output; the caller ends its lines. */
  readonly out: (text: string | Uint8Array) => void;
  /** Writes to standard error: progress and warnings. */
  readonly err: (text: string) => void;
}

/**
 * Adds a verb to the program, or a task to a verb. Its action may throw a SensoriumError; the composition root shows it and exits.
 * A verb with tasks of which each loads much adds, of those, what the arguments that stand behind its name ask for.
 */
export type Verb = (program: Command, context: CliContext, rest: readonly string[]) => void | Promise<void>;

/** Verbs or tasks by their names, each loaded when it is asked for: all of them take a second. */
export type Loaders = Readonly<Record<string, () => Promise<Verb>>>;

/** What the arguments call by its name; all where they begin with no name, or with one that there is not: for the help. */
export function called(loaders: Loaders, [name = '']: readonly string[]): Promise<readonly Verb[]> {
  const load = Object.hasOwn(loaders, name) ? [loaders[name]] : Object.values(loaders);
  return Promise.all(load.map((one) => one()));
}
