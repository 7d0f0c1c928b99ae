import { describe, expect, it } from 'vitest';
import { checkPublish, createPublishers, robotName, schema, type PublishConfig } from '../../src/publish/index.ts';
import { FormatError, publishTo, type Leaf } from '../../src/contract/index.ts';
import { configured, identity, poses } from './support/publishing.ts';

describe('configuration of publishers', () => {
  it('is valid as it stands', () => {
    expect(() => checkPublish(configured({}), 'robot')).not.toThrow();
    expect(createPublishers(configured({}), identity()).map(({ name }) => name)).toEqual(['mqtt', 'zeromq']);
  });

  it('refuses measurements for a socket that is not there', () => {
    const config = { ...configured({ zeromq: { enabled: false } }), measurements: ['imu'] };
    expect(() => checkPublish(config, 'robot')).toThrow(
      expect.objectContaining({ code: 'E_CONFIG_CONFLICT', path: 'publish.measurements' }) as Error,
    );
  });

  it('hands each message to those that it is for', () => {
    const publishers = createPublishers(configured({}), identity());
    poses(3).forEach((pose, index) => publishTo(publishers, index === 0 ? { ...pose, only: 'zeromq' } : pose));
    expect(publishers.map((publisher) => publisher.counters().queued)).toEqual([2, 3]);
  });

  it('makes only what is enabled', () => {
    const none = configured({ mqtt: { enabled: false }, zeromq: { enabled: false } });
    expect(createPublishers(none, identity())).toEqual([]);
  });

  it('notices a broker that hangs within 7.5 s, unless told otherwise', () => {
    expect(configured({}).mqtt.keepaliveSeconds * 1.5).toBeLessThanOrEqual(7.5);
  });

  const url = 'mqtt://broker';
  it.each<[string, string, Partial<PublishConfig['mqtt']>, Partial<PublishConfig['zeromq']>]>([
    ['a url and a port', 'publish.mqtt.port', { url, port: 1883 }, {}],
    ['MQTT 5 without a url', 'publish.mqtt.version', { version: 5 }, {}],
    ['a password for nobody', 'publish.mqtt.password', { url, password: 'x' }, {}],
    ['a user without a password', 'publish.mqtt.username', { username: 'x' }, {}],
    ['a broker open to all', 'publish.mqtt.host', { host: '0.0.0.0' }, {}],
    ['a socket open to all', 'publish.zeromq.host', {}, { host: '192.168.1.5' }],
  ])('refuses %s at %s', (_what, path, mqtt, zeromq) => {
    expect(() => checkPublish(configured({ mqtt, zeromq }), 'robot')).toThrow(
      expect.objectContaining({ code: 'E_CONFIG_CONFLICT', path }) as Error,
    );
  });

  it.each<[string, Partial<PublishConfig['mqtt']>, Partial<PublishConfig['zeromq']>]>([
    ['with a password', { host: '0.0.0.0', username: 'x', password: 'y' }, {}],
    ['where that is meant', { host: '0.0.0.0', allowRemote: true }, { host: '0.0.0.0', allowRemote: true }],
    ['where nothing listens', { enabled: false, host: '0.0.0.0' }, { enabled: false, host: '0.0.0.0' }],
    ['on loopback by any name', { host: 'localhost' }, { host: '127.0.0.2' }],
  ])('lets others listen in %s', (_what, mqtt, zeromq) => {
    expect(() => checkPublish(configured({ mqtt, zeromq }), 'robot')).not.toThrow();
  });

  it.each(['a+b', 'a#', 'a/b', '$a', '', 'a\0b', 'x'.repeat(201)])('refuses a robot named %j', (name) => {
    expect(() => robotName(name)).toThrow(FormatError);
    expect(() => checkPublish(configured({}), name)).toThrow(
      expect.objectContaining({ code: 'E_CONFIG_RANGE', path: 'robot' }) as Error,
    );
  });

  it.each(['jackal', 'robot-1', 'Rüsselkäfer', 'a$b', 'two words'])('takes a robot named %j', (name) => {
    expect(() => robotName(name)).not.toThrow();
  });

  const prefix = (schema['prefix'] as Leaf).format;
  it.each(['sensorium', 'fleet/berlin'])('takes the prefix %j', (value) => expect(() => prefix(value)).not.toThrow());
  it.each(['/a', 'a/', 'a//b', '$SYS', 'a/+', '#'])('refuses the prefix %j', (value) => {
    expect(() => prefix(value)).toThrow(FormatError);
  });

  const { url: broker } = schema['mqtt'] as Record<'url', Leaf>;
  it.each(['mqtt://broker', 'mqtts://broker:8883', 'wss://broker/mqtt', 'mqtt://[::1]:1883'])(
    'takes the url %j',
    (value) => {
      expect(() => broker.format(value)).not.toThrow();
    },
  );
  it.each(['broker', 'http://broker', 'mqtt://', 'mqtt://user:password@broker', 'mqtt://a b'])(
    'refuses the url %j',
    (value) => {
      expect(() => broker.format(value)).toThrow(FormatError);
    },
  );
});
