import { open } from 'node:fs/promises';
import { McapWriter } from '@mcap/core';
import { mcapRecords } from '../../src/record/mcap-stream.ts';

/** Copies the frames of a recording into a plain MCAP file, as another recorder would have written it. */
export async function writeAsForeign(from: string, to: string): Promise<void> {
  const file = await open(to, 'w');
  let size = 0;
  const writer = new McapWriter({
    writable: {
      write: async (buffer) => void (size += (await file.write(buffer)).bytesWritten),
      position: () => BigInt(size),
    },
  });
  await writer.start({ profile: 'ros2', library: 'another' });
  const schemas = new Map<number, number>();
  const channels = new Map<number, number>();
  for await (const records of mcapRecords(from, () => undefined)) {
    for (const record of records) {
      if (record.type === 'Schema') schemas.set(record.id, await writer.registerSchema(record));
      else if (record.type === 'Channel' && !record.topic.startsWith('/sensorium/')) {
        const schemaId = schemas.get(record.schemaId) ?? 0;
        channels.set(record.id, await writer.registerChannel({ ...record, schemaId, metadata: new Map() }));
      } else if (record.type === 'Message') {
        const channelId = channels.get(record.channelId);
        if (channelId !== undefined) await writer.addMessage({ ...record, channelId });
      }
    }
  }
  await writer.end();
  await file.close();
}
