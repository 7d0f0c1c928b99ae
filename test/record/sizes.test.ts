import { ros1, ros2humble } from '@foxglove/rosmsg-msgs-common';
import type { MessageDefinition } from '@foxglove/message-definition';
import { MessageWriter as Ros1Writer } from '@foxglove/rosmsg-serialization';
import { MessageWriter as Ros2Writer } from '@foxglove/rosmsg2-serialization';
import { stringify } from '@foxglove/rosmsg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ros1Reader, ros2Reader } from '../../src/record/foreign/ros-reader.ts';

const header = { seq: 1, stamp: { sec: 1, nsec: 2, nanosec: 2 }, frame_id: 'laser' };

/** Messages with lists of every sort: of numbers, of texts, of messages. */
const MESSAGES: Readonly<Record<string, object>> = {
  'sensor_msgs/LaserScan': { header, ranges: Float32Array.from({ length: 50 }, (_, i) => i), intensities: [] },
  'sensor_msgs/JointState': { header, name: ['a', 'bc', ''], position: [1, 2, 3], velocity: [4], effort: [] },
  'diagnostic_msgs/DiagnosticArray': {
    header,
    status: [{ level: 1, name: 'motor', message: 'hot', hardware_id: '', values: [{ key: 'C', value: '90' }] }],
  },
  'sensor_msgs/PointCloud2': {
    header,
    fields: [{ name: 'x', offset: 0, datatype: 7, count: 1 }],
    data: new Uint8Array(40),
  },
};

const FORMATS = {
  ros1: {
    all: ros1 as Readonly<Record<string, MessageDefinition>>,
    write: (definitions: MessageDefinition[], message: object) => new Ros1Writer(definitions).writeMessage(message),
    read: ros1Reader,
  },
  cdr: {
    all: ros2humble as Readonly<Record<string, MessageDefinition>>,
    write: (definitions: MessageDefinition[], message: object) => new Ros2Writer(definitions).writeMessage(message),
    read: ros2Reader,
  },
};

/** The definitions that a type is made of, its own first. */
function definitionsOf(all: Readonly<Record<string, MessageDefinition>>, type: string): MessageDefinition[] {
  const found: MessageDefinition[] = [];
  const visit = (name: string): void => {
    const definition = all[name];
    if (found.some((one) => one.name === name)) return;
    found.push({ name, definitions: definition.definitions });
    for (const field of definition.definitions) if (field.isComplex === true) visit(field.type);
  };
  visit(type);
  return found.map((definition, i) => (i === 0 ? { ...definition, name: undefined } : definition));
}

const textOf = (definitions: readonly MessageDefinition[]): string =>
  definitions
    .map(
      (one, i) =>
        `${i === 0 ? '' : `${'='.repeat(80)}\nMSG: ${one.name ?? ''}\n`}${stringify([{ definitions: one.definitions }])}`,
    )
    .join('\n');

describe.each(Object.entries(FORMATS))('messages in %s', (_, { all, write, read }) => {
  const samples = Object.entries(MESSAGES).map(([type, message]) => {
    const definitions = definitionsOf(all, type);
    return { type, bytes: write(definitions, message), reader: read(textOf(definitions)) };
  });

  it.each(samples)('$type is read whole', ({ bytes, reader }) => {
    expect(reader(bytes)).toBeTypeOf('object');
  });

  it('that claim more than there is are refused before it is allocated, wherever the claim stands', () => {
    for (const { bytes, reader } of samples) {
      for (const claim of [0x7fff_ffff, 0xffff_ffff, 0x0200_0000]) {
        for (let at = 0; at + 4 <= bytes.length; at += 1) {
          const spoiled = Uint8Array.from(bytes);
          new DataView(spoiled.buffer).setUint32(at, claim, true);
          const before = process.memoryUsage().arrayBuffers;
          try {
            reader(spoiled);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
          expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
        }
      }
    }
  });

  it('that are damaged give a message or an error, and no list is longer than its bytes', () => {
    const longest = (value: unknown): number => {
      if (ArrayBuffer.isView(value)) return value.byteLength;
      if (typeof value !== 'object' || value === null) return 0;
      const inner = Object.values(value).map(longest);
      return Math.max(0, Array.isArray(value) ? value.length : 0, ...inner);
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.record({ at: fc.nat(), value: fc.nat(255) }), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        ({ bytes, reader }, damage, cut) => {
          const spoiled = Uint8Array.from(cut % 2 === 0 ? bytes : bytes.subarray(0, cut % bytes.length));
          for (const { at, value } of damage) if (spoiled.length > 0) spoiled[at % spoiled.length] = value;
          let message: unknown;
          try {
            message = reader(spoiled);
          } catch {
            return;
          }
          expect(longest(message)).toBeLessThanOrEqual(spoiled.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
