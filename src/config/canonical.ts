import { createHash } from 'node:crypto';
import { mountsDocument } from './mounts.ts';
import type { SensoriumConfig } from './types.ts';

/** SHA-256 in hex of what results depend on besides their inputs. */
export interface ConfigHashes {
  /** Of everything that decides what is computed: not of ports, brokers, passwords, sources and files. */
  readonly configuration: string;
  /** Of the mounts. */
  readonly calibration: string;
}

/** JSON with sorted keys and without spaces: equal values give equal text. `undefined` is left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * The configuration as a file would say it, complete: loads to the same configuration again. It goes into logs, so the
 * password is blotted out, in the broker's url too.
 */
export function configDocument(config: SensoriumConfig): Record<string, unknown> {
  const { sources, mounts, publish, ...rest } = config;
  const { password, url } = publish.mqtt;
  const mqtt = {
    ...publish.mqtt,
    password: password === undefined ? undefined : '***',
    url: url?.replace(/^([a-z]+:\/\/)[^/]*@/, '$1'),
  };
  return {
    ...rest,
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, { driver, config: its }]) => [name, { driver, ...its }]),
    ),
    mounts: mountsDocument(mounts),
    publish: { ...publish, mqtt },
  };
}

/** What a session header and every message's provenance name. */
export function hashesOf(config: SensoriumConfig): ConfigHashes {
  const { frames, streams, align, fusion, publish } = config;
  const mounts = mountsDocument(config.mounts);
  return {
    configuration: sha256(canonicalJson({ frames, streams, mounts, align, fusion, rates: publish.rates })),
    calibration: sha256(canonicalJson(mounts)),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
