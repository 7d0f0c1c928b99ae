import { stampFromUnix, type Stamp } from '../../frame/index.ts';
import type { ChannelSummary } from '../log.ts';
import { mcapSummary } from '../mcap-summary.ts';
import { Slab } from '../slab.ts';
import { createChannels } from './channel.ts';
import { endOf } from './metadata.ts';
import { END_METADATA, GAP_METADATA, type SessionEnd, type SessionHeader } from './session.ts';
import type { Overview } from './survey.ts';

/**
 * What the index of a recording tells, where it ended in order and every input is in it; else `undefined`: then only
 * reading tells. How regular the streams are is not known yet.
 * @param first time of its first input
 */
export async function overviewOfIndex(
  path: string,
  { epoch, streams }: SessionHeader,
  first: Stamp,
): Promise<Overview | undefined> {
  const channels = createChannels(streams, new Slab());
  let end: SessionEnd | undefined;
  let last: Stamp | undefined;
  let counts: ReadonlyMap<number, bigint> = new Map();
  let messages = 0n;
  for (const record of await mcapSummary(path)) {
    channels.define(record);
    if (record.type === 'Metadata' && record.name === GAP_METADATA) return undefined;
    if (record.type === 'Metadata' && record.name === END_METADATA) end = endOf(record);
    if (record.type !== 'Statistics') continue;
    last = stampFromUnix(BigInt(epoch), record.messageEndTime);
    counts = record.channelMessageCounts;
    messages = record.messageCount;
  }
  if (end === undefined || last === undefined || messages !== BigInt(end.inputs)) return undefined;
  const topics = new Map<string, ChannelSummary>();
  for (const [id, many] of counts) {
    const channel = channels.byId.get(id);
    if (channel === undefined) return undefined;
    const { topic, type, stream } = channel;
    topics.set(topic, { topic, type, count: (topics.get(topic)?.count ?? 0) + Number(many), stream });
  }
  return { channels: [...topics.values()], health: [], range: { first, last }, end, warnings: [] };
}
