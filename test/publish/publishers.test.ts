import { createPublishers } from '../../src/publish/index.ts';
import type { NoticingPublisher, PublishConfig } from '../../src/publish/index.ts';
import { describePublisher } from './conformance.ts';
import { freePort, identity } from './support/publishing.ts';
import { subscribeMqtt, subscribeZmq } from './support/subscribing.ts';

function only(config: PublishConfig): NoticingPublisher {
  const [publisher] = createPublishers(config, identity());
  if (publisher === undefined) throw new Error('nothing is enabled');
  return publisher;
}

describePublisher('embedded MQTT broker', {
  make: async (config) =>
    only({ ...config, mqtt: { ...config.mqtt, port: await freePort() }, zeromq: { ...config.zeromq, enabled: false } }),
  subscribe: (publisher) => subscribeMqtt(brokerOf(publisher), '#'),
});

describePublisher('ZeroMQ', {
  make: async (config) =>
    only({ ...config, zeromq: { ...config.zeromq, port: await freePort() }, mqtt: { ...config.mqtt, enabled: false } }),
  subscribe: (publisher) => Promise.resolve(subscribeZmq(publisher.address, '')),
});

/** `mqtt://127.0.0.1:1883` of `mqtt://127.0.0.1:1883/sensorium/robot/#`. */
function brokerOf(publisher: NoticingPublisher): string {
  return publisher.address.replace(/^(mqtt:\/\/[^/]+).*/, '$1');
}
