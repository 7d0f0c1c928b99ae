import { expect, it } from 'vitest';
import { Ledger } from '../../src/pipeline/ledger.ts';

const IMU = 0;

it('counts a frame as used once any stage used it, however often', () => {
  const ledger = new Ledger(['imu']);
  const ticket = ledger.open(IMU, true);
  ledger.judge(ticket, { verdict: 'used' });
  ledger.judge(ticket, { verdict: 'dropped', reason: 'gated' });
  ledger.close(ticket);
  ledger.release(ticket, ledger.reasonCode('no partner'));
  expect(ledger.account(IMU)).toEqual({ received: 1, used: 1, held: 0, dropped: {}, lost: {} });
});

it('drops a frame with the first reason given, once every stage has let it go', () => {
  const ledger = new Ledger(['imu']);
  const ticket = ledger.open(IMU, true);
  ledger.judge(ticket, { verdict: 'dropped', reason: 'gated' });
  ledger.close(ticket);
  expect(ledger.account(IMU)).toMatchObject({ held: 1, dropped: {} });
  ledger.release(ticket, ledger.reasonCode('no partner'));
  expect(ledger.account(IMU)).toMatchObject({ held: 0, dropped: { gated: 1 } });
});

it('drops a frame that nobody wanted, and keeps what the driver lost apart', () => {
  const ledger = new Ledger(['imu']);
  ledger.close(ledger.open(IMU, false));
  ledger.refuse(IMU, 'invalid stamp');
  ledger.lost(IMU, 'overrun', 7);
  expect(ledger.account(IMU)).toEqual({
    received: 2,
    used: 0,
    held: 0,
    dropped: { 'not used': 1, 'invalid stamp': 1 },
    lost: { overrun: 7 },
  });
});

it('takes any number of frames at once, and gives their tickets out again', () => {
  const ledger = new Ledger(['imu', 'scan']);
  const SCAN = 1;
  for (let round = 0; round < 3; round += 1) {
    const tickets = Array.from({ length: 5000 }, (_, i) => ledger.open(i % 2, true));
    expect(new Set(tickets).size).toBe(5000);
    expect(Math.max(...tickets)).toBeLessThan(8192);
    for (const ticket of tickets) ledger.close(ticket);
    expect(ledger.account(SCAN).held).toBe(2500);
    tickets.forEach((ticket, i) =>
      i % 2 === SCAN ? ledger.use(ticket) : ledger.release(ticket, ledger.reasonCode('late')),
    );
  }
  expect(ledger.account(IMU)).toEqual({ received: 7500, used: 0, held: 0, dropped: { late: 7500 }, lost: {} });
  expect(ledger.account(SCAN)).toEqual({ received: 7500, used: 7500, held: 0, dropped: {}, lost: {} });
});
