import { integerIn, SensoriumError, text, type SchemaTree } from '../contract/index.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

/** A serial port's part of a driver's configuration. */
export interface SerialConfig {
  readonly port: string;
  readonly baudRate: number;
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

/** What people can do about the system's errors. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/permission denied|EACCES/i, 'permission denied: add the user to the group dialout and log in again'],
  [/no such file|ENOENT/i, 'no such port: is it plugged in? "sensorium doctor" lists those that are there'],
  [/busy|lock|EBUSY|EAGAIN|temporarily unavailable/i, 'in use by another program (ModemManager, a terminal)'],
];

/** A link over a serial port, 8N1, without flow control. */
export function serialLink({ port: path, baudRate }: SerialConfig): Link {
  return {
    description: `${path} at ${baudRate} baud`,
    suspicion: 'check the baud rate',
    open: (listener, signal) => open(path, baudRate, listener, signal),
  };
}

async function open(path: string, baudRate: number, listener: LinkListener, signal: AbortSignal): Promise<OpenLink> {
  signal.throwIfAborted();
  // Native code, loaded with the first port: other drivers do without.
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  let isClosing = false;
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error === null) resolve();
      else reject(new SensoriumError('E_DRIVER', adviceFor(error.message), { path, cause: error }));
    });
  });
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()));
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
  const close = async (): Promise<void> => {
    isClosing = true;
    if (port.isOpen) port.close(() => undefined);
    else if (!port.closing) return;
    await closed;
  };
  if (signal.aborted) {
    await close();
    signal.throwIfAborted();
  }
  return { write: (bytes) => void port.write(Buffer.from(bytes), () => undefined), close };
}

function adviceFor(message: string): string {
  return ADVICE.find(([pattern]) => pattern.test(message))?.[1] ?? message.replace(/^Error: /, '');
}
