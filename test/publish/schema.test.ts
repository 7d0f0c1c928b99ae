import { readFileSync } from 'node:fs';
import { PoseInFrame, FrameTransforms } from '@foxglove/schemas/jsonschema.js';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stampOf, unixFromStamp, secNsecFromUnix } from '../../src/frame/index.ts';
import { TOPICS, decode, encode, publication, sensorTopic, timeAt } from '../../src/publish/index.ts';
import { messagesPage } from '../../src/publish/schema/document.ts';
import { SCHEMAS } from '../../src/publish/schema/messages.ts';
import { samples } from '../../src/publish/schema/samples.ts';

const read = (payload: Uint8Array): unknown => JSON.parse(Buffer.from(payload).toString());

describe('message schemas', () => {
  const ajv = new Ajv({ strict: true, allErrors: true });

  it.each(samples().map((sample) => [sample.schema, sample] as const))(
    '%s: what the builder makes is valid',
    (name, sample) => {
      const validate = ajv.compile(SCHEMAS[name as keyof typeof SCHEMAS]);
      validate(read(sample.payload));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it.each(samples().map((sample) => [sample.schema, sample] as const))(
    '%s: no field is without a schema',
    (name, sample) => {
      const strict = JSON.parse(JSON.stringify(SCHEMAS[name as keyof typeof SCHEMAS]), closed) as object;
      const validate = ajv.compile(strict);
      validate(read(sample.payload));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it('has a sample for every topic, under that topic', () => {
    const shown = samples().map(({ topic, schema }) => [
      topic
        .replace(/^(sensors|measurements|detections|sounds|speech)\/.*/, '$1/<stream>')
        .replace(/^decisions\/.*/, 'decisions/<head>')
        .replace(/^watch\/.*/, 'watch/<name>'),
      schema,
    ]);
    expect(shown).toEqual(TOPICS.map(({ topic, schema }) => [topic, schema]));
  });

  it.each([
    ['Pose', PoseInFrame],
    ['FrameTransforms', FrameTransforms],
  ])('%s is a superset of the schema of Foxglove', (name, foxglove) => {
    const sample = samples().find(({ schema }) => schema === name);
    // Foxglove requires nothing: what it names must be there, under the same name.
    const required = JSON.parse(JSON.stringify(foxglove), demanding) as object;
    const validate = new Ajv({ strict: false }).compile(required);
    validate(read(sample?.payload ?? new Uint8Array()));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('docs/messages.md is what the schemas say', () => {
    expect(readFileSync(new URL('../../docs/messages.md', import.meta.url), 'utf8')).toBe(messagesPage());
  });
});

describe('encoding', () => {
  it('puts the number first, and numbers as JavaScript prints them', () => {
    const host = samples().find(({ schema }) => schema === 'RobotState');
    expect(Buffer.from(host?.payload ?? []).toString()).toMatch(/^\{"sequence":1,"timestamp":\{"sec":1750000000,/);
    expect(Buffer.from(encode({ a: 0.1, b: -0, c: 1e21 })).toString()).toBe('{"a":0.1,"b":0,"c":1e+21}');
  });

  it('leaves out what is not known', () => {
    expect(Buffer.from(encode({ a: undefined, b: 1 })).toString()).toBe('{"b":1}');
  });

  it('reads back what it wrote, property by property', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (message) => {
        expect(read(encode(message))).toEqual(JSON.parse(JSON.stringify(message)));
      }),
    );
  });

  it.each([
    ['a.b', { a: { b: NaN } }],
    ['pose[1]', { pose: [0, Infinity] }],
    ['pose[0]', { pose: [undefined] }],
    ['since', { since: null }],
  ])('refuses what JSON cannot say, at %s', (path, message) => {
    expect(() => encode(message)).toThrow(expect.objectContaining({ code: 'E_INTERNAL', path }) as Error);
  });

  it('takes the word null in a text', () => {
    expect(read(encode({ why: 'null' }))).toEqual({ why: 'null' });
  });

  it('gives the message back, numbered', () => {
    const counts = { inputs: 1, sets: 0, publications: 0, sensors: {}, dropped: {} };
    const message = { timestamp: { sec: 1, nsec: 0 }, ...counts, provenance };
    const made = publication('diag', 'Diagnostics', stampOf(0), 7, message);
    expect(decode(made.payload, 'Diagnostics')).toEqual({ sequence: 7, ...message });
  });

  it('says the same time as exact arithmetic, before and after the epoch', () => {
    const epoch = 1_750_000_000_987_654_321n;
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 53 - 1 }), (ns) => {
        const stamp = stampOf(ns);
        expect(timeAt(epoch)(stamp)).toEqual(secNsecFromUnix(unixFromStamp(epoch, stamp)));
      }),
    );
  });
});

describe('topic of a stream', () => {
  it.each([
    ['imu', 'sensors/imu'],
    ['/imu/data', 'sensors/imu/data'],
    ['/a//b/', 'sensors/a/b'],
    ['a+b#', 'sensors/a_b_'],
    ['/', 'sensors/_'],
  ])('%s -> %s', (stream, topic) => expect(sensorTopic(stream)).toBe(topic));
});

const provenance = { inputs: [], configuration: '0'.repeat(12), calibration: '0'.repeat(12), absent: [] };

/** Closes every object of a schema to further fields. */
function closed(_key: string, value: unknown): unknown {
  return isObjectSchema(value) ? { ...value, additionalProperties: false } : value;
}

/** Requires every field of every object of a schema. */
function demanding(_key: string, value: unknown): unknown {
  return isObjectSchema(value) ? { ...value, required: Object.keys(value.properties) } : value;
}

function isObjectSchema(value: unknown): value is { properties: object } {
  return typeof value === 'object' && value !== null && 'properties' in value && 'type' in value;
}
