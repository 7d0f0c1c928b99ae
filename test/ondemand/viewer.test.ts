import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../src/ondemand/request.ts';
import { Viewer, type LargeMessage } from '../../src/ondemand/viewer.ts';

const message = (topic: string, bytes: number): LargeMessage => ({
  topic,
  header: '{"n":1}',
  further: [new Uint8Array(bytes)],
});
const viewer = (mostBytes: number, window = 32, topics: readonly string[] = ['a', 'b']) => {
  const made = new Viewer(mostBytes);
  made.asks({ topics, window, taken: 0 });
  return made;
};

describe('a viewer of large messages', () => {
  /*
   *  100 bytes, window 1    a 40 leaves; b 30, b 30 wait; a 25 comes: the first b gives way
   *  the first is taken     b 30 leaves, and says that one gave way before it
   */
  it('loses the oldest that wait, and is told with the next of that topic', () => {
    const one = viewer(100, 1);
    expect(one.put(message('a', 40))).toBe(0);
    expect(one.next()).toMatchObject({ message: { topic: 'a' }, gaveWay: 0 });
    expect([one.put(message('b', 30)), one.put(message('b', 30)), one.next()]).toEqual([0, 0, undefined]);
    expect([one.put(message('a', 25)), one.waiting, one.bytes]).toEqual([1, 2, 95]);
    one.asks({ topics: ['a', 'b'], window: 1, taken: 1 });
    expect(one.next()).toMatchObject({ message: { topic: 'b' }, gaveWay: 1 });
    one.asks({ topics: ['a', 'b'], window: 1, taken: 2 });
    expect(one.next()).toMatchObject({ message: { topic: 'a' }, gaveWay: 0 });
  });

  it('gets one message however large, and not two', () => {
    const one = viewer(10, 32);
    expect([one.put(message('a', 2 ** 23)), one.put(message('a', 2 ** 23)), one.waiting]).toEqual([0, 1, 1]);
    expect(one.next()).toBeDefined();
    one.put(message('a', 1));
    expect(one.next()).toBeUndefined();
  });

  it('believes no viewer that has taken what was not sent', () => {
    const one = viewer(100, 1);
    one.asks({ topics: ['a'], window: 1, taken: 1e9 });
    one.put(message('a', 10));
    expect(one.next()).toBeDefined();
    expect([one.put(message('a', 10)), one.next()]).toEqual([0, undefined]);
  });

  it('has every message in order or as one that gave way, within its bytes and its window', () => {
    const step = fc.oneof(
      fc.record({ put: fc.constantFrom('a', 'b'), bytes: fc.integer({ min: 1, max: 60 }) }),
      fc.constant('send' as const),
      fc.constant('take' as const),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 200 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(step),
        (most, window, steps) => {
          const one = viewer(most, window);
          const put: LargeMessage[] = [];
          const left: LargeMessage[] = [];
          let [gaveWay, told, taken] = [0, 0, 0];
          for (const what of steps) {
            if (what === 'take')
              one.asks({ topics: ['a', 'b'], window, taken: (taken = Math.min(taken + 1, left.length)) });
            else if (what === 'send') {
              const leaving = one.next();
              if (leaving === undefined) continue;
              left.push(leaving.message);
              told += leaving.gaveWay;
            } else {
              const next = message(what.put, what.bytes);
              put.push(next);
              gaveWay += one.put(next);
            }
            expect(one.bytes).toBeLessThanOrEqual(most + 60);
            expect(left.length - taken).toBeLessThanOrEqual(window);
          }
          expect(put.length).toBe(left.length + one.waiting + gaveWay);
          expect(told).toBeLessThanOrEqual(gaveWay);
          expect(put.filter((each) => left.includes(each))).toEqual(left);
        },
      ),
    );
  });
});

describe('a request', () => {
  const request = { topics: ['a/b'], window: 8, taken: 0 };
  const parsed = (value: unknown) => parseRequest(Buffer.from(JSON.stringify(value)));

  it('is what a viewer says', () => expect(parsed({ ...request, later: 1 })).toEqual(request));

  it.each([
    null,
    [],
    {},
    { ...request, window: 0 },
    { ...request, window: 33 },
    { ...request, taken: -1 },
    { ...request, taken: 0.5 },
    { ...request, topics: 'a' },
    { ...request, topics: [1] },
    { ...request, topics: Array.from({ length: 65 }, () => 'a') },
    { ...request, topics: ['a'.repeat(513)] },
  ])('is not that, case %#', (value) => expect(parsed(value)).toBeUndefined());

  it('is none in any other bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void expect(parseRequest(bytes)).toBeUndefined()));
    expect(parseRequest(Buffer.alloc(70_000, ' '))).toBeUndefined();
  });
});
