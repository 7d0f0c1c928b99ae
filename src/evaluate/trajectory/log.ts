import { SensoriumError, showValue } from '../../contract/index.ts';
import { NS_PER_SECOND, type Arrival } from '../../frame/index.ts';
import { streamOfTopic, type LogReader } from '../../record/index.ts';
import type { TimedPose, Trajectory } from './trajectory.ts';

/**
 * The stream of a log that holds poses, by its topic or its own name.
 * @throws SensoriumError E_USAGE for a name that no stream of poses has
 */
export function poseStreamOf({ streams, channels }: LogReader, name: string): string {
  const asked = channels.find(({ topic }) => topic === name)?.stream ?? name;
  const found = streams.find(({ id }) => id === asked || id === streamOfTopic(name));
  if (found?.kind === 'odometry' || found?.kind === 'pose') return found.id;
  const known = streams.filter(({ kind }) => kind === 'odometry' || kind === 'pose').map(({ id }) => id);
  const expected = `expected a stream of poses (${known.join(', ') || 'there is none'}), got ${showValue(name)}`;
  throw new SensoriumError('E_USAGE', expected);
}

/** The poses that streams of a log tell, at the times that their devices give them. Reads the log once. */
export async function trajectoriesOf(log: LogReader, streams: readonly string[]): Promise<Trajectory[]> {
  const found = new Map(streams.map((stream) => [stream, [] as TimedPose[]]));
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame') continue;
      const pose = poseOf(entry.arrival, log.epoch);
      if (pose !== undefined) found.get(entry.arrival.stream)?.push(pose);
    }
  }
  return streams.map((stream) => (found.get(stream) ?? []).sort((a, b) => a.time - b.time));
}

/** Seconds since the session's epoch, so that nanoseconds are kept. */
function poseOf({ measurement, device, received }: Arrival, epoch: bigint): TimedPose | undefined {
  if (measurement.kind !== 'odometry' && measurement.kind !== 'pose') return undefined;
  const { pose } = measurement;
  const ns = device === undefined ? received : Number(device - epoch);
  return pose && { time: ns / NS_PER_SECOND, position: pose.position, orientation: pose.orientation };
}
