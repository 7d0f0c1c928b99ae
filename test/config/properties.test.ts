import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError, configDocument, hashesOf, readConfig } from '../../src/config/index.ts';
import { parseConfigText } from '../../src/config/file.ts';
import { SensoriumError } from '../../src/contract/index.ts';
import { silent } from './support/driver.ts';

/** A configuration that uses every section. */
const VALID = {
  robot: 'r2',
  frames: { map: 'map', odom: 'odom', base: 'base_link' },
  sources: { robot: { driver: 'silent', rate: 50, flavour: 'sour' } },
  streams: { imu: { source: 'robot/imu', stamps: 'estimate', latencyMs: 3 }, wheels: { frameId: 'odom' } },
  mounts: { T_base_imu: { translation: [0, -0.3, 0.52], rpy: [1.5708, 0, -1.5708] } },
  align: { policy: 'pivot', pivot: 'wheels', toleranceMs: 20, streams: { imu: { how: 'window' }, wheels: {} } },
  fusion: { pose: { imu: { stream: 'imu' }, odometry: { stream: 'wheels', use: ['vx', 'yawRate'] } } },
  publish: {
    prefix: 'a/b',
    rates: { poseHz: 20 },
    mqtt: { port: 1884, host: '127.0.0.1' },
    zeromq: { enabled: false },
  },
  record: { path: 'x.mcap' },
};

/** Every place in a document: keys from the root. */
function placesIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

const PLACES = placesIn(VALID);

type Mutation =
  | { readonly what: 'replace'; readonly place: readonly string[]; readonly value: unknown }
  | { readonly what: 'remove'; readonly place: readonly string[] }
  | { readonly what: 'rename'; readonly place: readonly string[]; readonly key: string };

function mutate(document: unknown, mutation: Mutation, depth = 0): unknown {
  const { place } = mutation;
  if (depth === place.length) return mutation.what === 'replace' ? mutation.value : document;
  if (typeof document !== 'object' || document === null) return document;
  const key = place[depth];
  const last = depth === place.length - 1;
  const entries = Object.entries(document).flatMap(([name, inner]): [string, unknown][] => {
    if (name !== key) return [[name, inner]];
    if (last && mutation.what === 'remove') return [];
    if (last && mutation.what === 'rename') return [[mutation.key, inner]];
    return [[name, mutate(inner, mutation, depth + 1)]];
  });
  return Array.isArray(document) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const place = fc.constantFrom(...PLACES);
const value = fc.oneof(
  fc.anything({ withNullPrototype: true, maxDepth: 2 }),
  fc.constantFrom(0, -1, 1e308, NaN, '', 'imu', 'wheels', 'truth', null, [], {}, [[]], true),
);
const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'default', 'robot', 'imu'));
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ what: fc.constant('replace' as const), place, value }),
  fc.record({ what: fc.constant('remove' as const), place }),
  fc.record({ what: fc.constant('rename' as const), place, key }),
);

describe('any mutation of a valid configuration', () => {
  it('loads, or says what is wrong with path and code: nothing else is ever thrown', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const raw = mutations.reduce<unknown>((document, one) => mutate(document, one), VALID);
        try {
          expect(Object.isFrozen(readConfig(raw, [silent]))).toBe(true);
        } catch (error) {
          if (!(error instanceof SensoriumError)) throw error;
          const problems = error instanceof ConfigError ? error.problems : [error];
          for (const problem of problems) {
            expect(problem.code).toMatch(/^E_CONFIG_/);
            expect(problem.message.endsWith(`(${problem.code})`)).toBe(true);
            // Only the document as a whole has no path.
            if (typeof raw === 'object' && !Array.isArray(raw)) expect(problem.path).toBeTruthy();
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('that loads gives a document that loads to the same', () => {
    fc.assert(
      fc.property(mutation, (one) => {
        let config;
        try {
          config = readConfig(mutate(VALID, one), [silent]);
        } catch {
          return;
        }
        const text = stringify(JSON.parse(JSON.stringify(configDocument(config))));
        const again = readConfig(parseConfigText(text, 'again'), [silent]);
        expect(hashesOf(again)).toEqual(hashesOf(config));
        expect(JSON.stringify(configDocument(again))).toBe(JSON.stringify(configDocument(config)));
      }),
      { numRuns: 500 },
    );
  });

  it('any text is a document or a syntax error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.json()), (text) => {
        try {
          parseConfigText(text, 'x');
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_CONFIG_SYNTAX' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
