import { SensoriumError, type Publication } from '../contract/index.ts';
import type { Stamp } from '../frame/index.ts';
import type { MessageTypes, SchemaName, Unnumbered } from './schema/messages.ts';

/**
 * Canonical JSON of a message: fields in the order in which they were put, numbers as JavaScript prints them, no white
 * space, UTF-8. The same message gives the same bytes.
 * @throws SensoriumError E_INTERNAL for a number that is not finite, and for null: they have no place in a message.
 */
export function encode(message: object): Uint8Array {
  return bytesOf(JSON.stringify(message), message);
}

/**
 * A message on its way out, numbered and encoded.
 * @param topic below `<prefix>/<robot>/`
 * @param stamp the message's own time
 * @param sequence number of this message on its topic: 1, 2, 3, …; stands first in the payload
 * @param more what most messages do not have
 * @throws SensoriumError E_INTERNAL as {@link encode}
 */
export function publication<Name extends SchemaName>(
  topic: string,
  schema: Name,
  stamp: Stamp,
  sequence: number,
  message: Unnumbered<Name>,
  more: Pick<Publication, 'attachment' | 'only'> = {},
): Publication {
  const text = JSON.stringify(message);
  const payload = bytesOf(`{"sequence":${sequence},${text.slice(1)}`, message);
  return { topic, schema, stamp, sequence, payload, attachment: more.attachment, only: more.only };
}

/** The message of a payload. Trusts it: for those who made it, and for tests. */
export function decode<Name extends SchemaName>(payload: Uint8Array, _schema: Name): MessageTypes[Name] {
  return JSON.parse(
    Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString(),
  ) as MessageTypes[Name];
}

/** JSON.stringify writes null for what JSON lacks (NaN, Infinity, a hole): only then is the message looked through. */
function bytesOf(text: string, message: object): Uint8Array {
  if (text.includes('null')) {
    const path = unprintable(message, '');
    if (path !== undefined) {
      throw new SensoriumError('E_INTERNAL', 'a message with a number that is not finite, or null', { path });
    }
  }
  return Buffer.from(text);
}

/** Path of the first value that JSON cannot say; `undefined` when there is none. */
function unprintable(value: unknown, path: string): string | undefined {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return path;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const found = item === undefined ? `${path}[${index}]` : unprintable(item, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== 'object') return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = unprintable(part, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
