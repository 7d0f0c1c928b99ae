import { createPublishers, startPublishers, type PublishConfig } from '../../../src/publish/index.ts';
import { identity, poses } from './publishing.ts';

/**
 * A process that publishes ten poses and says `started`; closes its publishers when its standard input ends, and then
 * has nothing left to do. Argument: the section `publish`, JSON.
 */
const config = JSON.parse(process.argv[2] ?? '') as PublishConfig;
const publishers = createPublishers(config, identity());
await startPublishers(publishers, new AbortController().signal);
for (const pose of poses(10)) publishers.forEach((publisher) => publisher.publish(pose));
process.stdout.write('started\n');
process.stdin.on('data', () => undefined);
process.stdin.on('end', () => void Promise.all(publishers.map((publisher) => publisher.close())));
