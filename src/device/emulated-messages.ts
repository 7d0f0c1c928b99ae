import { SensoriumError } from '../contract/index.ts';
import type { EmulatedDevice, EmulatedLine, MessageLine } from './emulator.ts';
import { createOutlet } from '../ondemand/index.ts';
import type { Chunk } from './link.ts';

/** How often the device is asked for what it has to say, ms. */
const PACE_MS = 5;
/** ms that a broker is given to answer, and until one that went away is asked again. */
const CONNECT_MS = 3000;
const RETRY_MS = 100;
/** Bytes of large messages that wait for whoever asked for them. */
const MOST_BYTES = 2 ** 24;

/**
 * Lets a device send messages.
 * @param port of the broker on this machine, or the one to publish at
 * @throws SensoriumError E_DRIVER where that cannot be
 */
export async function openMessageLine(
  device: EmulatedDevice,
  { kind, port: usual, isLarge }: MessageLine,
  port = usual,
): Promise<EmulatedLine> {
  const { url, send, leave } = await (kind === 'mqtt' ? broker(port) : publishers(port, isLarge));
  const switchedOn = performance.now();
  const talk = setInterval(() => {
    for (const message of device.messages?.((performance.now() - switchedOn) / 1000) ?? []) send(message);
  }, PACE_MS);
  const close = async (): Promise<void> => {
    clearInterval(talk);
    await leave();
  };
  return { config: { [kind]: { url } }, where: url, port, close };
}

interface Outlet {
  readonly url: string;
  /** What cannot be sent is lost. */
  readonly send: (message: Chunk) => void;
  readonly leave: () => Promise<void>;
}

async function broker(port: number): Promise<Outlet> {
  const url = `mqtt://127.0.0.1:${port}`;
  const { connectAsync } = await import('mqtt');
  const options = { reconnectPeriod: RETRY_MS, connectTimeout: CONNECT_MS, queueQoSZero: false };
  const client = await connectAsync(url, options, false).catch((error: unknown) => {
    throw new SensoriumError('E_DRIVER', 'no broker answers: start mosquitto', { path: url, cause: error });
  });
  client.on('error', () => undefined);
  return {
    url,
    send: ([bytes, topic = '']) => {
      if (client.connected) client.publish(topic, Buffer.from(bytes));
    },
    leave: () => client.endAsync(true),
  };
}

/** A publisher, and beside it one of large messages where there are any. */
async function publishers(port: number, isLarge: MessageLine['isLarge']): Promise<Outlet> {
  const { url, send, leave } = await publisher(port);
  if (isLarge === undefined) return { url, send, leave };
  const large = createOutlet(MOST_BYTES);
  const address = `tcp://127.0.0.1:${port + 1}`;
  try {
    await large.bind(address);
  } catch (error) {
    large.close();
    await leave();
    throw new SensoriumError('E_DRIVER', `cannot be bound: ${String(error)}`, { path: address, cause: error });
  }
  return {
    url,
    send(message) {
      const [bytes, topic = '', further = []] = message;
      if (!isLarge(topic)) return send(message);
      large.offer({ topic, header: Buffer.from(bytes).toString(), further });
    },
    async leave() {
      large.close();
      await leave();
    },
  };
}

async function publisher(port: number): Promise<Outlet> {
  const url = `tcp://127.0.0.1:${port}`;
  const { Publisher } = await import('zeromq');
  const socket = new Publisher({ linger: 0 });
  await socket.bind(url).catch((error: unknown) => {
    socket.close();
    throw new SensoriumError('E_DRIVER', `cannot be bound: ${String(error)}`, { path: url, cause: error });
  });
  let sending = Promise.resolve();
  return {
    url,
    send: ([bytes, topic = '', further = []]) => {
      sending = sending.then(() => socket.send([topic, bytes, ...further])).catch(() => undefined);
    },
    async leave() {
      await sending;
      socket.close();
    },
  };
}
