import { setTimeout as wait } from 'node:timers/promises';
import type { SerialPort } from 'serialport';
import { integerIn, SensoriumError, text, type SchemaTree } from '../contract/index.ts';
import { atMost } from '../deadline/index.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

/** A serial port's part of a driver's configuration. */
export interface SerialConfig {
  readonly port: string;
  readonly baudRate: number;
}

/** A serial port as a driver wants it. */
interface SerialOptions extends SerialConfig {
  /** The line DTR, where the device looks at it; unset: as the system has it, which is on. */
  readonly dtr?: boolean;
}

/**
 * Keys of a serial port.
 * @param baudRate that the device has when it leaves the factory
 */
export function serialSchema(baudRate: number): SchemaTree {
  return {
    port: {
      doc:
        'The serial port. `/dev/serial/by-id/…` stays the same wherever the device is plugged in; `/dev/ttyUSB0` is whoever ' +
        'came first.',
      format: text(/^\/\S+$|^COM\d+$/, 'the path of a serial port, such as /dev/serial/by-id/usb-…'),
      default: '/dev/ttyUSB0',
    },
    baudRate: {
      doc: 'Bits a second on the line. Another rate than the device’s gives bytes without sense.',
      format: integerIn(300, 4_000_000),
      default: baudRate,
    },
  };
}

/** ms that the last words to a device are given to leave. */
const LAST_WORDS_MS = 200;

/** A port that was closed just now may be locked still, by a read under way: how often it is tried again, and after how many ms. */
const LOCKED_TRIES = 10;
const LOCKED_MS = 30;
const LOCKED = /lock/i;

/** What people can do about the system's errors. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/permission denied|EACCES/i, 'permission denied: add the user to the group dialout and log in again'],
  [/no such file|ENOENT/i, 'no such port: is it plugged in? "sensorium doctor" lists those that are there'],
  [/busy|lock|EBUSY|EAGAIN|temporarily unavailable/i, 'in use by another program (ModemManager, a terminal)'],
];

/** A link over a serial port, 8N1, without flow control. */
export function serialLink({ port: path, baudRate, dtr }: SerialOptions): Link {
  return {
    description: `${path} at ${baudRate} baud`,
    suspicion: 'check the baud rate',
    open: (listener, signal) => open({ port: path, baudRate, dtr }, listener, signal),
  };
}

async function open(
  { port: path, baudRate, dtr }: SerialOptions,
  listener: LinkListener,
  signal: AbortSignal,
): Promise<OpenLink> {
  signal.throwIfAborted();
  // Native code, loaded with the first port: other drivers do without.
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  let isClosing = false;
  for (let tries = 1; ; tries += 1) {
    const error = await new Promise<Error | null>((resolve) => port.open(resolve));
    if (error === null) break;
    if (!LOCKED.test(error.message) || tries === LOCKED_TRIES) {
      throw new SensoriumError('E_DRIVER', adviceFor(error.message), { path, cause: error });
    }
    await wait(LOCKED_MS);
    signal.throwIfAborted();
  }
  // A pseudo-terminal has no such line.
  if (dtr !== undefined) port.set({ dtr }, () => undefined);
  let isGone = false;
  const gone = (reason: string): void => {
    if (isGone || isClosing) return;
    isGone = true;
    listener.closed(reason);
  };
  // Only while somebody listens to its data does a port notice that it was unplugged.
  port.on('data', (chunk: Buffer) => listener.bytes(chunk));
  port.on('error', (error) => gone(adviceFor(error.message)));
  port.on('close', () => gone('unplugged'));
  let written: Promise<void> = Promise.resolve();
  const write = (bytes: Uint8Array): void => {
    written = new Promise((resolve) => port.write(Buffer.from(bytes), () => resolve()));
  };
  const end = async (): Promise<void> => {
    // What is still to be written is lost with the closing.
    if (port.isOpen) await atMost(LAST_WORDS_MS, written);
    // A port that cannot be closed says so instead: there is no event then.
    if (port.isOpen) return new Promise((resolve) => port.close(() => resolve()));
    // It is closing by itself, unplugged.
    if (port.closing) await Promise.race([happened(port, 'close'), happened(port, 'error')]);
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    isClosing = true;
    closing ??= end();
    return closing;
  };
  if (signal.aborted) {
    await close();
    signal.throwIfAborted();
  }
  return { write, close };
}

function happened(port: SerialPort, event: 'close' | 'error'): Promise<void> {
  return new Promise((resolve) => port.once(event, () => resolve()));
}

function adviceFor(message: string): string {
  return ADVICE.find(([pattern]) => pattern.test(message))?.[1] ?? message.replace(/^Error: /, '');
}
