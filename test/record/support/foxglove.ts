import { writeFileSync } from 'node:fs';
import {
  foxgloveEnumSchemas,
  foxgloveMessageSchemas,
  generateProto,
  generateRosMsgMergedSchema,
} from '@foxglove/schemas/internal.js';
import { parse } from '@foxglove/rosmsg';
import { MessageWriter } from '@foxglove/rosmsg2-serialization';
import { McapWriter } from '@mcap/core';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

/** Encodings that Foxglove's types stand in. */
export const ENCODINGS = ['protobuf', 'json', 'cdr'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Name of a type of Foxglove. */
export type Name = keyof typeof foxgloveMessageSchemas;

/** A message, its bytes as Uint8Array, its time as {sec, nsec}. */
export interface Sample {
  readonly topic: string;
  readonly name: Name;
  readonly message: Readonly<Record<string, unknown>>;
}

/** How others write a type: by Foxglove's own definitions, with libraries that are not ours. */
export function writerOf(name: Name, encoding: Encoding) {
  if (encoding === 'json') {
    return {
      schema: { name: `foxglove.${name}`, encoding: 'jsonschema', data: Buffer.from('{"type":"object"}') },
      write: (message: Sample['message']): Uint8Array => Buffer.from(JSON.stringify(message, base64)),
    };
  }
  if (encoding === 'cdr') {
    const text = generateRosMsgMergedSchema(foxgloveMessageSchemas[name], { rosVersion: 2 });
    const writer = new MessageWriter(parse(text, { ros2: true }));
    const time = ({ sec, nsec }: { sec: number; nsec: number }) => ({ sec, nanosec: nsec });
    return {
      schema: { name: `foxglove_msgs/msg/${name}`, encoding: 'ros2msg', data: Buffer.from(text) },
      write: (message: Sample['message']): Uint8Array => writer.writeMessage(withTimes(message, time)),
    };
  }
  const root = protobufRoot();
  const type = root.lookupType(`foxglove.${name}`);
  const time = ({ sec, nsec }: { sec: number; nsec: number }) => ({ seconds: sec, nanos: nsec });
  const set = descriptor.FileDescriptorSet.encode(root.toDescriptor('proto3')).finish();
  return {
    schema: { name: `foxglove.${name}`, encoding: 'protobuf', data: set },
    write: (message: Sample['message']): Uint8Array => type.encode(type.fromObject(withTimes(message, time))).finish(),
  };
}

let whole: protobuf.Root | undefined;

function protobufRoot(): protobuf.Root {
  if (whole !== undefined) return whole;
  whole = new protobuf.Root();
  for (const file of ['google/protobuf/timestamp.proto', 'google/protobuf/duration.proto']) {
    whole.addJSON(protobuf.common.get(file)?.nested ?? {});
  }
  for (const schema of Object.values(foxgloveMessageSchemas)) {
    const enums = Object.values(foxgloveEnumSchemas).filter(({ parentSchemaName }) => parentSchemaName === schema.name);
    protobuf.parse(generateProto(schema, enums), whole, { keepCase: true });
  }
  whole.resolveAll();
  return whole;
}

function base64(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'Buffer') {
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  }
  return Buffer.from((value as unknown as { data: number[] }).data).toString('base64');
}

/** Changes every time in a message, transforms in a list too. */
function withTimes(message: Sample['message'], time: (time: never) => object): Sample['message'] {
  const { timestamp, transforms } = message;
  return {
    ...message,
    ...(timestamp === undefined ? {} : { timestamp: time(timestamp as never) }),
    ...(Array.isArray(transforms)
      ? { transforms: transforms.map((one) => withTimes(one as object as never, time)) }
      : {}),
  };
}

/** Bytes for a file, one message every 100 ms from this time on, Unix ns. */
export const FIRST = 1_700_000_000_000_000_000n;

/** Writes an MCAP file; messages that are bytes already are taken as they are. */
export async function writeFoxglove(
  path: string,
  encoding: Encoding,
  samples: readonly { readonly topic: string; readonly name: Name; readonly message: Sample['message'] | Uint8Array }[],
): Promise<void> {
  const chunks: Uint8Array[] = [];
  let size = 0n;
  const writer = new McapWriter({
    writable: {
      write: (bytes) => {
        chunks.push(bytes.slice());
        size += BigInt(bytes.length);
        return Promise.resolve();
      },
      position: () => size,
    },
  });
  await writer.start({ profile: '', library: 'test' });
  const channels = new Map<string, { id: number; write: (message: Sample['message']) => Uint8Array }>();
  let logTime = FIRST;
  for (const { topic, name, message } of samples) {
    let channel = channels.get(topic);
    if (channel === undefined) {
      const { schema, write } = writerOf(name, encoding);
      const schemaId = await writer.registerSchema(schema);
      const id = await writer.registerChannel({ topic, schemaId, messageEncoding: encoding, metadata: new Map() });
      channel = { id, write };
      channels.set(topic, channel);
    }
    const data = message instanceof Uint8Array ? message : channel.write(message);
    await writer.addMessage({ channelId: channel.id, sequence: 0, logTime, publishTime: logTime, data });
    logTime += 100_000_000n;
  }
  await writer.end();
  writeFileSync(path, Buffer.concat(chunks));
}
