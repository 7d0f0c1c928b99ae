import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Publication } from '../../src/contract/index.ts';
import { stampOf } from '../../src/frame/index.ts';
import { publicationQueue } from '../../src/publish/queue.ts';

const message = (topic: string, sequence: number): Publication => ({
  topic,
  schema: 'Pose',
  stamp: stampOf(0),
  sequence,
  payload: new Uint8Array(),
});

describe('queue of publications', () => {
  /*
   *  capacity 2   pose 1, sets 1, pose 2, pose 3 (pose 1 gives way), sensors/a 1
   *  out                  sets 1, pose 2, pose 3,                    sensors/a 1
   */
  it('drops the oldest of the class that is full, and keeps the order of all', () => {
    const queue = publicationQueue(2);
    const into: [string, number][] = [
      ['pose', 1],
      ['sets', 1],
      ['pose', 2],
      ['pose', 3],
      ['sensors/a', 1],
    ];
    into.forEach(([topic, sequence]) => queue.push(message(topic, sequence)));
    expect([queue.size, queue.dropped]).toEqual([4, 1]);
    expect(Array.from({ length: 5 }, () => queue.shift()).map((out) => out && [out.topic, out.sequence])).toEqual([
      ['sets', 1],
      ['pose', 2],
      ['pose', 3],
      ['sensors/a', 1],
      undefined,
    ]);
  });

  /*
   *  100 bytes   scan 40, scan 50, imu 5, scan 30: the first gives way;  scan 200 alone stays, however large
   */
  it('is bounded in bytes as well', () => {
    const queue = publicationQueue(10, 100);
    const sized = (topic: string, sequence: number, bytes: number) =>
      queue.push({ ...message(topic, sequence), attachment: new Uint8Array(bytes) });
    sized('measurements/scan', 1, 40);
    sized('measurements/scan', 2, 50);
    sized('measurements/imu', 1, 5);
    sized('pose', 1, 90);
    expect(queue.dropped).toBe(0);
    sized('measurements/scan', 3, 30);
    expect([queue.dropped, queue.size, queue.gaveWay('measurements/scan')]).toEqual([1, 4, 1]);
    sized('measurements/scan', 4, 200);
    expect([queue.dropped, queue.size]).toEqual([4, 2]);
    const gaveWay = ['measurements/scan', 'measurements/imu', 'measurements/scan', 'pose'].map(queue.gaveWay);
    expect(gaveWay).toEqual([2, 1, 0, 0]);
  });

  it('behaves as the plain list that it stands for', () => {
    const topics = ['pose', 'sensors/a', 'sensors/b', 'sets'];
    const step = fc.oneof(fc.constantFrom(...topics), fc.constant(undefined));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 600 }), (capacity, steps) => {
        const queue = publicationQueue(capacity);
        let plain: Publication[] = [];
        let dropped = 0;
        steps.forEach((topic, sequence) => {
          if (topic === undefined) {
            expect(queue.shift()).toBe(plain.shift());
            return;
          }
          const same = plain.filter((one) => one.topic.split('/')[0] === topic.split('/')[0]);
          if (same.length === capacity) {
            plain = plain.filter((one) => one !== same[0]);
            dropped++;
          }
          const next = message(topic, sequence);
          plain.push(next);
          queue.push(next);
          expect([queue.size, queue.dropped]).toEqual([plain.length, dropped]);
        });
      }),
    );
  });
});
