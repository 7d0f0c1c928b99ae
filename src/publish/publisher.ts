import { isLargeKind, type StreamDescriptor } from '../frame/index.ts';
import type { TakeCommand } from './commands.ts';
import { checkPublish, type PublishConfig } from './config.ts';
import type { Identity } from './identity.ts';
import { embeddedPublisher } from './mqtt/embedded.ts';
import { externalPublisher } from './mqtt/external.ts';
import type { NoticingPublisher } from './noticing.ts';
import { largePublisher } from './zeromq/large.ts';
import { zeromqPublisher } from './zeromq/publisher.ts';

export type { NoticingPublisher } from './noticing.ts';

/**
 * The publishers that are enabled; none of them does anything before it is started.
 * @param streams those that there will be: whether one of them that is published is large
 * @param take takes commands that come the other way, where the configuration lets them
 * @throws SensoriumError E_CONFIG_RANGE, E_CONFIG_CONFLICT
 */
export function createPublishers(
  config: PublishConfig,
  identity: Identity,
  streams: readonly Pick<StreamDescriptor, 'id' | 'kind'>[] = [],
  take: TakeCommand = () => undefined,
): NoticingPublisher[] {
  checkPublish(config, identity.robot);
  const { mqtt, zeromq, measurements } = config;
  const publishers: NoticingPublisher[] = [];
  if (mqtt.enabled) {
    publishers.push(
      mqtt.url === undefined
        ? embeddedPublisher(config, identity, take)
        : externalPublisher(config, identity, mqtt.url, take),
    );
  }
  if (zeromq.enabled) publishers.push(zeromqPublisher(config, identity, take));
  const hasLarge = streams.some(({ id, kind }) => measurements.includes(id) && isLargeKind(kind));
  if (zeromq.enabled && hasLarge) publishers.push(largePublisher(config, identity));
  return publishers;
}

/**
 * Starts them in order. When one fails, those already started are closed again.
 * @returns what people should be told: `mqtt: port 1883 is taken, using 1884`
 * @throws SensoriumError E_PORT_IN_USE, E_CONNECT
 */
export async function startPublishers(
  publishers: readonly NoticingPublisher[],
  signal: AbortSignal,
): Promise<string[]> {
  try {
    for (const publisher of publishers) await publisher.start(signal);
  } catch (error) {
    await Promise.all(publishers.map((publisher) => publisher.close()));
    throw error;
  }
  return publishers.flatMap((publisher) => publisher.notices);
}
