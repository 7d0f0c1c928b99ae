import type { Packing } from '../own/chunk.ts';
import { createMcapFile } from '../own/mcap-file.ts';
import type { LogFile } from '../own/storage.ts';
import type { RawChannel, RawMessage, RawSchema } from '../foreign/raw.ts';
import { carriedTo, ros2Name } from './carry.ts';
import { foxgloveForm } from './foxglove-form.ts';
import { CHUNK_BYTES, perChannel, type Sink } from './sink.ts';

/** How an MCAP file is written. */
export interface McapSinkOptions {
  readonly packing: Packing | undefined;
  /** Pictures, clouds, sound and so on as Foxglove's own types. */
  readonly foxglove: boolean;
  readonly library: string;
}

/** How the messages of a channel stand in the file. */
interface Form {
  readonly encoding: string;
  readonly schema: RawSchema;
  readonly bytes: (message: RawMessage) => Uint8Array;
}

/**
 * An MCAP file of ROS 2 messages. Messages of ROS 1 become those of ROS 2; all others stay as they are, whatever their
 * encoding: MCAP holds any.
 */
export async function createMcapSink(file: LogFile, options: McapSinkOptions): Promise<Sink> {
  const { packing, foxglove, library } = options;
  const mcap = await createMcapFile(file, { profile: foxglove ? '' : 'ros2', library }, packing);
  const schemas = new Map<string, number>();
  let sequence = 0;

  const laneOf = perChannel((channel: RawChannel) => {
    const { encoding, schema, bytes } = (foxglove ? foxgloveForm(channel) : undefined) ?? formOf(channel);
    const key = `${schema.name} ${schema.encoding} ${Buffer.from(schema.data).toString('latin1')}`;
    let schemaId = schemas.get(key);
    if (schemaId === undefined) {
      schemaId = mcap.addSchema(schema);
      schemas.set(key, schemaId);
    }
    const id = mcap.addChannel({ topic: channel.topic, schemaId, messageEncoding: encoding, metadata: new Map() });
    return { id, bytes };
  });

  return {
    add(message) {
      const { id, bytes } = laneOf(message.channel);
      const data = bytes(message);
      const { received: logTime } = message;
      sequence = (sequence + 1) >>> 0;
      mcap.add({ channelId: id, sequence, logTime, publishTime: logTime, data });
    },
    async drain() {
      if (mcap.chunkBytes() >= CHUNK_BYTES) await mcap.flush();
    },
    end: () => mcap.end(),
  };
}

function formOf(channel: RawChannel): Form {
  const { encoding, schema } = channel;
  if (encoding !== 'ros1') return { encoding, schema, bytes: ({ data }) => data };
  const { type, definition, bytes } = carriedTo('ros2', channel);
  return {
    encoding: 'cdr',
    schema: { name: ros2Name(type), encoding: 'ros2msg', data: Buffer.from(definition) },
    bytes,
  };
}
