import { connect, type IClientOptions } from 'mqtt';
import { Subscriber as Socket } from 'zeromq';

/** A message as a subscriber gets it. */
export interface Received {
  readonly topic: string;
  readonly payload: string;
  readonly retain?: boolean;
  /** User properties of MQTT 5, or the header of ZeroMQ. */
  readonly header?: unknown;
}

/** A subscriber of either transport: what it has received, in order. */
export interface Subscription {
  readonly received: readonly Received[];
  /** Resolves once what has been received satisfies the condition. */
  until(condition: (received: readonly Received[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

function inbox() {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  return {
    received,
    add(message: Received): void {
      received.push(message);
      for (const look of waiting) look();
    },
    until: (condition: (received: readonly Received[]) => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!condition(received)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Subscribes with MQTT.js; resolves once the broker has confirmed the subscription. */
export async function subscribeMqtt(url: string, filter: string, options: IClientOptions = {}): Promise<Subscription> {
  const box = inbox();
  const client = connect(url, { protocolVersion: 4, reconnectPeriod: 100, ...options });
  client.on('message', (topic, payload, packet) => {
    const header = packet.properties?.userProperties;
    box.add({ topic, payload: payload.toString(), retain: packet.retain, ...(header === undefined ? {} : { header }) });
  });
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  await client.subscribeAsync(filter, { qos: 1 });
  return { ...box, close: () => client.endAsync(true) };
}

/** Subscribes over ZeroMQ. The publisher learns of it a little later: publish until something arrives. */
export function subscribeZmq(address: string, filter: string): Subscription {
  const box = inbox();
  const socket = new Socket({ linger: 0, receiveHighWaterMark: 100_000 });
  socket.connect(address);
  socket.subscribe(filter);
  const ended = (async () => {
    for await (const [topic = Buffer.alloc(0), header = Buffer.alloc(0), payload = Buffer.alloc(0)] of socket) {
      box.add({ topic: topic.toString(), payload: payload.toString(), header: JSON.parse(header.toString()) });
    }
  })();
  return {
    ...box,
    async close() {
      socket.close();
      await ended;
    },
  };
}
