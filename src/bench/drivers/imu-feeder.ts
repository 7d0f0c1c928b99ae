import { constants, openSync, writeSync } from 'node:fs';
import { unixNow } from '../pipeline/plan.ts';
import { BURST, RATE, SCAN, TIME_AT } from './imu-tree.ts';

/*
 * Stands in for the kernel: writes scans at rest, with noise, to the FIFOs of its arguments, a burst every ten milliseconds, until
 * whoever started it is gone.
 */

const [epoch, ...paths] = process.argv.slice(2);
const fifos: (number | undefined)[] = paths.map(() => undefined);
const scans = Buffer.alloc(BURST * SCAN);
const PERIOD_NS = BigInt(1e9 / RATE);
const GRAVITY = 16_399;
let state = 1;

const timer = setInterval(burst, (1000 * BURST) / RATE);
process.once('disconnect', () => clearInterval(timer));

function burst(): void {
  const now = unixNow({ bytesPerSecond: 0, epoch });
  for (let i = 0; i < BURST; i += 1) {
    for (let axis = 0; axis < 6; axis += 1)
      scans.writeInt16LE((axis === 2 ? GRAVITY : 0) + Math.round(20 * (noise() - 0.5)), i * SCAN + 2 * axis);
    scans.writeBigInt64LE(now - BigInt(BURST - 1 - i) * PERIOD_NS, i * SCAN + TIME_AT);
  }
  paths.forEach((path, i) => {
    try {
      fifos[i] ??= openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      writeSync(fifos[i], scans);
    } catch {
      // Nobody reads it, or not fast enough: the frames that come are counted.
    }
  });
}

function noise(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}
