import { expect, it } from 'vitest';
import { createRoom } from '../../src/record/own/queue.ts';

it('a queue that is full of pictures has none for the next until half is empty, but still takes what is small', () => {
  const room = createRoom({ inputs: 100, bytes: 1_000_000 });
  expect([room.take(600_000), room.take(300_000), room.take(300_000)]).toEqual([true, true, false]);
  expect([room.take(400), room.share()]).toEqual([true, 0.9004]);
  room.give(300_000);
  // More than half still waits.
  expect([room.take(300_000), room.take(400)]).toEqual([false, true]);
  room.give(600_000);
  expect(room.take(300_000)).toBe(true);
});

it('a queue of as many inputs as may wait takes nothing until half is empty, and one input whatever its size', () => {
  const room = createRoom({ inputs: 4, bytes: 1000 });
  expect(room.take(1_000_000)).toBe(true);
  for (let i = 0; i < 3; i += 1) expect(room.take(400)).toBe(true);
  expect(room.take(400)).toBe(false);
  room.give(400);
  expect(room.take(400)).toBe(false);
  room.give(400);
  expect(room.take(400)).toBe(true);
});
