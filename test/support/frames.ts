import { stampOf, type Frame, type InputNumber, type StreamId } from '../../src/frame/index.ts';

/** A frame without content: for tests of what happens to frames by their time. Times in ms. */
export function frameAt(
  stream: StreamId,
  stampMs: number,
  options: { input?: number; receivedMs?: number } = {},
): Frame {
  return {
    input: (options.input ?? 0) as InputNumber,
    stream,
    frameId: stream,
    stamp: stampOf(Math.round(stampMs * 1e6)),
    deviation: 0,
    received: stampOf(Math.round((options.receivedMs ?? stampMs) * 1e6)),
    measurement: { kind: 'magneticField', field: [0, 0, 0] },
  };
}
