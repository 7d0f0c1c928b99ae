import { SensoriumError, type DriverDefinition } from '../contract/index.ts';
import { checkTogether } from './cross.ts';
import { readConfigFile } from './file.ts';
import { fill, isSection, type Section } from './fill.ts';
import { resolveConfigured, type MountConfig } from './mounts.ts';
import { createProblems, pathOf, type Problems } from './problems.ts';
import { configSchema, entrySchemaOf } from './schema.ts';
import type { SensoriumConfig, SourceConfig } from './types.ts';

/** Where a configuration comes from. */
export interface LoadOptions {
  /** YAML or JSON. */
  readonly file?: string;
  /** What the configuration says when there is no file. Unset: nothing, so that every default holds. */
  readonly embedded?: Section;
  /** What `sources` may name. */
  readonly drivers: readonly DriverDefinition[];
  /** Put over what the file says, by path: `publish.mqtt.port`. */
  readonly overrides?: Section;
}

/**
 * Reads, checks and completes a configuration.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_CONFIG_SYNTAX, E_CONFIG_KEY, E_CONFIG_TYPE, E_CONFIG_RANGE,
 *   E_CONFIG_MISSING, E_CONFIG_CONFLICT; a ConfigError when there are several problems: all are told at once
 */
export function loadConfig(options: LoadOptions): SensoriumConfig {
  const raw = options.file === undefined ? (options.embedded ?? {}) : readConfigFile(options.file);
  return readConfig(withOverrides(raw, options.overrides ?? {}), options.drivers);
}

/**
 * Checks and completes a configuration that has been read already.
 * @param raw as a file would say it
 * @throws SensoriumError as {@link loadConfig}
 */
export function readConfig(raw: unknown, drivers: readonly DriverDefinition[]): SensoriumConfig {
  const problems = createProblems();
  const filled = fill(configSchema(drivers), raw, '', problems, entrySchemaOf(drivers));
  // What does not fit one by one is not looked at together.
  problems.raise();
  const config = resolve(filled, problems);
  checkTogether(config, drivers, problems);
  problems.raise();
  return deepFreeze(config);
}

/** What {@link fill} made of the schema of `schema.ts`, with what needs more than a schema resolved. */
function resolve(filled: Record<string, unknown>, problems: Problems): SensoriumConfig {
  const sources = Object.entries(filled['sources'] as Record<string, { driver: string }>);
  return {
    ...(filled as unknown as SensoriumConfig),
    sources: Object.fromEntries(
      sources.map(([name, { driver, ...config }]): [string, SourceConfig] => [name, { driver, config }]),
    ),
    mounts: resolveConfigured(filled['mounts'] as Record<string, MountConfig>, problems),
  };
}

function withOverrides(raw: unknown, overrides: Section): unknown {
  let result = raw;
  for (const [path, value] of Object.entries(overrides)) result = put(result, path.split('.'), value, '');
  return result;
}

/** A copy of `into` with the value at the path replaced. */
function put(into: unknown, [key, ...rest]: readonly string[], value: unknown, at: string): Section {
  if (into !== undefined && into !== null && !isSection(into)) {
    throw new SensoriumError('E_CONFIG_TYPE', 'is a value: nothing can be set within it', { path: at });
  }
  const inner = rest.length === 0 ? value : put(into?.[key], rest, value, pathOf(at, key));
  // Defined, not assigned: `__proto__` is a key like any other until the check refuses it.
  return Object.fromEntries([...Object.entries(into ?? {}).filter(([name]) => name !== key), [key, inner]]);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
