import { expect, it } from 'vitest';
import { createLedger } from '../../src/pipeline/ledger.ts';
import { frameAt } from '../support/frames.ts';

const frame = (input: number) => frameAt('imu', input, { input: input });

it('counts a frame as used once any stage used it, however often', () => {
  const ledger = createLedger(['imu']);
  const one = frame(1);
  ledger.received('imu');
  ledger.open(one, true);
  ledger.judge(one, { verdict: 'used' });
  ledger.judge(one, { verdict: 'dropped', reason: 'gated' });
  ledger.close(one);
  ledger.release(one, { verdict: 'dropped', reason: 'no partner' });
  expect(ledger.account('imu')).toEqual({ received: 1, used: 1, held: 0, dropped: {}, lost: {} });
});

it('drops a frame with the first reason given, once every stage has let it go', () => {
  const ledger = createLedger(['imu']);
  const one = frame(1);
  ledger.received('imu');
  ledger.open(one, true);
  ledger.judge(one, { verdict: 'dropped', reason: 'gated' });
  ledger.close(one);
  expect(ledger.account('imu')).toMatchObject({ held: 1, dropped: {} });
  ledger.release(one, { verdict: 'dropped', reason: 'no partner' });
  expect(ledger.account('imu')).toMatchObject({ held: 0, dropped: { gated: 1 } });
});

it('drops a frame that nobody wanted, and keeps what the driver lost apart', () => {
  const ledger = createLedger(['imu']);
  ledger.received('imu');
  ledger.open(frame(1), false);
  ledger.close(frame(1));
  ledger.received('imu');
  ledger.refuse('imu', 'invalid stamp');
  ledger.lost('imu', 'overrun', 7);
  expect(ledger.account('imu')).toEqual({
    received: 2,
    used: 0,
    held: 0,
    dropped: { 'not used': 1, 'invalid stamp': 1 },
    lost: { overrun: 7 },
  });
});
