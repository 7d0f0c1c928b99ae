import { expect, it } from 'vitest';
import type { Input } from '../../src/contract/index.ts';
import { stampOf } from '../../src/frame/index.ts';
import { createSequencer } from '../../src/pipeline/sequencer.ts';

it('numbers inputs, keeps now from running backwards, and shows the tap each input first', () => {
  const seen: string[] = [];
  const sequencer = createSequencer({
    tap: (input) => seen.push(`tap ${input.number} @${input.now}`),
    step: (input) => seen.push(`step ${input.number} @${input.now}`),
  });
  for (const at of [10, 7, 12]) sequencer.admit({ kind: 'tick', at: stampOf(at) });
  expect(seen).toEqual(['tap 1 @10', 'step 1 @10', 'tap 2 @10', 'step 2 @10', 'tap 3 @12', 'step 3 @12']);
  expect(sequencer.count()).toBe(3);
});

it('repeats numbered inputs as they were', () => {
  const inputs: Input[] = [];
  const first = createSequencer({ step: (input) => inputs.push(input) });
  for (const at of [5, 3, 9]) first.admit({ kind: 'tick', at: stampOf(at) });
  const again: Input[] = [];
  const second = createSequencer({ step: (input) => again.push(input) });
  inputs.forEach((input) => second.repeat(input));
  expect(again).toEqual(inputs);
});
