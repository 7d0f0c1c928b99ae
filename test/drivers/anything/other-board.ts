import { sensorium } from '../../../drivers/anything/sensorium/driver.ts';
import type { Chunk } from '../../../src/device/index.ts';
import { stampOf, type Frame, type InputNumber, type Measurement } from '../../../src/frame/index.ts';
import { attachmentOf, isPublished, measurementMessage, timeAt } from '../../../src/publish/index.ts';
import { createDecoding } from '../device/decoding.ts';

const BASE = 'sensorium/robot/';
const EPOCH = 1_750_000_000_250_000_000n;
export const ORIGIN = { inputs: [], configuration: '9f86d081884c', calibration: '60303ae22b99', absent: [] };

/** One message as the other daemon's socket sends it. */
export function said(topic: string, schema: string, sequence: number, body: object, more: Said = {}): Chunk {
  const header = { schema, sequence, stamp: { sec: 1_750_000_001, nsec: 5 }, boot: 'first', ...more.header };
  const message = [header, { sequence, ...body }].map((part) => JSON.stringify(part));
  return parts(topic, ...message, ...(more.attached === undefined ? [] : [more.attached]));
}

export function parts(topic: string, ...[first, ...further]: (string | Uint8Array)[]): Chunk {
  return [Buffer.from(first), BASE + topic, further.map((part) => Buffer.from(part))];
}

export interface Said {
  readonly header?: object;
  readonly attached?: Uint8Array;
}

/** A measurement as the publisher's own builder makes it. */
export function published(measurement: Measurement, sequence = 1, header: object = {}): Chunk {
  const frame: Frame = {
    input: 7 as InputNumber,
    stream: 'it',
    frameId: 'sensor',
    stamp: stampOf(1e9),
    deviation: 0.001,
    received: stampOf(1e9),
    measurement,
  };
  if (!isPublished(frame)) throw new Error('not published');
  const attached = attachmentOf(frame.measurement);
  const body = measurementMessage(timeAt(EPOCH), frame, ORIGIN);
  return said('measurements/it', 'Measurement', sequence, body, { header, attached });
}

export function heard(kind: string, ...messages: Chunk[]) {
  const { session, decoded } = createDecoding(sensorium, { streams: { it: { kind } } });
  for (const one of messages) session.bytes(...one);
  return decoded;
}
