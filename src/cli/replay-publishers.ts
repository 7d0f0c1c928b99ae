import { randomUUID } from 'node:crypto';
import { hashesOf, type SensoriumConfig } from '../config/index.ts';
import type { Publisher } from '../contract/index.ts';
import { createHostClock } from '../daemon/index.ts';
import type { StreamDescriptor } from '../frame/index.ts';
import { createPublishers, startPublishers } from '../publish/index.ts';
import type { CliContext } from './verb.ts';

/** Starts the publishers of a replay and says where they are. */
export async function publishersFor(
  config: SensoriumConfig,
  streams: readonly StreamDescriptor[],
  context: CliContext,
): Promise<readonly Publisher[]> {
  const { version } = context;
  const identity = { robot: config.robot, version, boot: randomUUID(), ...createHostClock(), ...hashesOf(config) };
  const publishers = createPublishers(config.publish, identity, streams);
  const notices = await startPublishers(publishers, new AbortController().signal);
  for (const notice of notices) context.err(`${notice}\n`);
  for (const { address } of publishers) context.err(`publishing to ${address}\n`);
  return publishers;
}
