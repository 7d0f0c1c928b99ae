import { SensoriumError } from '../contract/index.ts';
import { adviceFor, hex, openI2cBus, type I2cBus } from './i2c.ts';
import { perform, type I2cProcedure } from './i2c-procedure.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

/** A chip on a bus: how it is set up, and how it is asked for what it has measured. @typeParam Found what its setting up finds out */
export interface I2cChip<Found> {
  /** Finds out whether it is the right one, and sets it up. @throws SensoriumError E_DRIVER where it is another */
  readonly prepare: () => I2cProcedure<Found>;
  /**
   * What it has measured since the last time, in words that its session knows; nothing where there is none.
   * @param wasInterrupted the last one failed half way: what was under way is lost
   */
  readonly poll: (wasInterrupted: boolean) => I2cProcedure<Uint8Array>;
}

export interface I2cLinkOptions<Found> {
  /** `/dev/i2c-1`, or `emulated:<socket>`. */
  readonly bus: string;
  /** 7 bits. */
  readonly address: number;
  /** Between two polls, ms. */
  readonly pollMs: number;
  readonly chip: I2cChip<Found>;
  readonly openBus?: (path: string) => Promise<I2cBus>;
}

/** Polls that fail one after another before the chip is said to be gone: a disturbance spoils one, seldom two. */
const FAILURES = 3;
/** Errors that no second try makes up for: a stuck bus takes the system a second to notice each time. */
const FINAL = ['ETIMEDOUT', 'EPIPE'];

/** A link to a chip on an I2C bus, which is asked again and again: it cannot speak by itself. */
export function i2cLink<Found>(options: I2cLinkOptions<Found>): Link<Found> {
  return {
    description: `${options.bus} at address ${hex(options.address)}`,
    suspicion: 'check the wires, and the speed of the bus',
    open: (listener, signal) => open(options, listener, signal),
  };
}

async function open<Found>(
  { bus: path, address, pollMs, chip, openBus = openI2cBus }: I2cLinkOptions<Found>,
  listener: LinkListener,
  signal: AbortSignal,
): Promise<OpenLink<Found>> {
  signal.throwIfAborted();
  const bus = await openBus(path);
  let found: Found;
  try {
    found = await perform(bus, chip.prepare(), signal);
  } catch (error) {
    await bus.close().catch(() => undefined);
    signal.throwIfAborted();
    if (error instanceof SensoriumError) throw new SensoriumError(error.code, error.what, { path, cause: error });
    throw new SensoriumError('E_DRIVER', adviceFor(error, address), { path, cause: error });
  }
  let isClosing = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void> = Promise.resolve();
  let due = performance.now();

  async function poll(): Promise<void> {
    try {
      const bytes = await perform(bus, chip.poll(failures > 0));
      failures = 0;
      if (!isClosing && bytes.length > 0) listener.bytes(bytes);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      failures = FINAL.includes(code) ? FAILURES : failures + 1;
      if (failures === FAILURES && !isClosing) listener.closed(adviceFor(error, address));
    }
    if (!isClosing && failures < FAILURES) later();
  }

  function later(): void {
    // A poll that took too long is not made up for.
    due = Math.max(due + pollMs, performance.now());
    timer = setTimeout(() => {
      polling = poll();
    }, due - performance.now());
  }

  later();
  return {
    found,
    write: () => undefined,
    async close() {
      isClosing = true;
      clearTimeout(timer);
      await polling;
      await bus.close().catch(() => undefined);
    },
  };
}
