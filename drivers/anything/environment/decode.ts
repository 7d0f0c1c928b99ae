import { LineCutter, type DeviceOutput, type DeviceSession } from '../../../src/device/index.ts';
import type { StreamId } from '../../../src/frame/index.ts';
import { UNITS, type Conversion, type Quantity } from './units.ts';

/** A stream, and what of the surroundings it is of. */
export interface Reading {
  readonly id: StreamId;
  readonly quantity: Quantity;
}

/** How the text of each stream's attribute becomes SI. */
export type Conversions = Readonly<Record<StreamId, Conversion>>;

/** Characters of a number. */
const LONGEST = 64;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/**
 * Decodes what stands in attributes: one number each, its stream as the topic. Without topics, lines of the first stream. A number that
 * cannot be, or an attribute that cannot be read, is told until the next that can.
 */
export function createDecoder(
  readings: readonly Reading[],
  output: DeviceOutput,
  conversions: Conversions,
): DeviceSession {
  const [first] = readings;
  const troubled = new Set<StreamId>();

  function refuse(stream: StreamId, reason: string, why: string, count?: number): void {
    output.dropped(stream, reason, count);
    if (!troubled.has(stream)) output.trouble(stream, why);
    troubled.add(stream);
  }

  function take({ id, quantity }: Reading, text: string): void {
    if (text.length > LONGEST || !NUMBER.test(text)) return output.dropped(id, 'malformed');
    const { scale, offset } = conversions[id];
    const value = scale * Number(text) + offset;
    const { least, most } = UNITS[quantity];
    if (value < least || value > most) return refuse(id, 'impossible', `no such ${quantity}: ${text}`);
    if (troubled.delete(id)) output.trouble(id, undefined);
    output.frame(id, undefined, { kind: 'scalar', quantity, value });
  }

  const lines = new LineCutter(LONGEST, {
    line: (text) => take(first, text.trim()),
    tooLong: () => output.dropped(first.id, 'malformed'),
  });

  return {
    bytes(chunk, topic) {
      const reading = readings.find(({ id }) => id === topic);
      if (reading === undefined) lines.bytes(chunk);
      else take(reading, Buffer.from(chunk).toString('latin1').trim());
    },
    missed(reason, count, topic) {
      refuse(topic, reason, reason, count);
    },
  };
}
