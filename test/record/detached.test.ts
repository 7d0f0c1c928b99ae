import { expect, it } from 'vitest';
import type { Input } from '../../src/contract/index.ts';
import { stampOf, type InputNumber, type Measurement } from '../../src/frame/index.ts';
import { createPayloadPool } from '../../src/memory/index.ts';
import { detached } from '../../src/record/own/detached.ts';

it('an input that is kept has its payload for itself, and no lease', () => {
  const pool = createPayloadPool({ bytes: 2 ** 20, poison: true });
  const cases: ((bytes: Uint8Array<SharedArrayBuffer>) => Measurement)[] = [
    (data) => ({ kind: 'image', encoding: 'jpeg', data }),
    (data) => ({ kind: 'depth', width: 2, height: 2, scale: 1, data: new Uint16Array(data.buffer, 0, 4) }),
    (data) => ({ kind: 'audio', sampleRate: 8000, channels: 1, data: new Int16Array(data.buffer, 0, 4), missing: 0 }),
  ];
  for (const make of cases) {
    const lease = pool.take(8);
    if (lease === undefined) throw new Error('no room');
    lease.data.fill(7);
    const measurement = make(lease.data);
    const arrival = { stream: 's', frameId: 's', device: undefined, received: stampOf(0), measurement, lease };
    const input: Input = { kind: 'frame', number: 1 as InputNumber, now: stampOf(0), arrival };
    const own = detached(input);
    lease.release();
    pool.sweep();
    const kept = own.kind === 'frame' ? own.arrival : undefined;
    const bytes = kept?.measurement as { data: Uint8Array };
    expect(kept?.lease).toBeUndefined();
    expect([...new Uint8Array(bytes.data.buffer)]).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
    expect(bytes.data.buffer).toBeInstanceOf(ArrayBuffer);
  }
});
