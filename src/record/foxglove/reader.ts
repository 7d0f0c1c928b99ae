import type { RosTime } from '../ros/types.ts';
import { typesOf } from './descriptor.ts';
import { decodeProto, type ProtoMessage } from './protobuf.ts';

/** Bytes to a message object; throws for bytes that do not fit. */
type Read = (data: Uint8Array) => unknown;

const TEXT = new TextDecoder();

/**
 * Reader of a Foxglove type in protocol buffers.
 * @param name whole name of the message: `foxglove.RawAudio`
 * @param schema FileDescriptorSet
 * @throws Error for a schema that is none
 */
export function protobufReader(name: string, schema: Uint8Array): Read {
  const types = typesOf(schema);
  return (data) => withTime(decodeProto(types, name, data));
}

/** Times as all other encodings have them. */
function withTime(message: ProtoMessage): ProtoMessage {
  const { timestamp, transforms } = message as {
    timestamp?: { seconds: number; nanos: number };
    transforms?: ProtoMessage[];
  };
  const time: RosTime | undefined = timestamp && { sec: timestamp.seconds, nsec: timestamp.nanos };
  return {
    ...message,
    ...(time === undefined ? {} : { timestamp: time }),
    ...(transforms === undefined ? {} : { transforms: transforms.map(withTime) }),
  };
}

/** Reader of a Foxglove type in JSON: bytes are in base64. */
export function jsonReader(data: Uint8Array): unknown {
  const message = JSON.parse(TEXT.decode(data)) as unknown;
  if (typeof message !== 'object' || message === null) throw new Error('no JSON object');
  if (!('data' in message)) return message;
  return { ...message, data: fromBase64(message.data) };
}

function fromBase64(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw new Error('data is no base64 text');
  const bytes = Buffer.from(text, 'base64');
  // What is no base64 is left out by the decoder: then there are too few bytes.
  const characters = text.length - (/=*$/.exec(text)?.[0].length ?? 0);
  if (bytes.length !== Math.floor((characters * 3) / 4)) throw new Error('data is no base64 text');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
