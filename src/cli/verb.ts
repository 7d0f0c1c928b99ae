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

/** Adds a verb to the program. Its action may throw a SensoriumError; the composition root shows it and exits. */
export type Verb = (program: Command, context: CliContext) => void;
