import { connect } from 'node:net';
import { Subscriber } from 'zeromq';
import { SensoriumError } from '../../contract/index.ts';
import { codeOf } from '../ports.ts';
import type { Listener, Subscription } from './types.ts';

/** ms that a publisher is given to answer. */
const CONNECT_MS = 5_000;

/**
 * ZeroMQ itself waits for a publisher for ever: whether one is there is found out first, by a connection of our own.
 * @throws SensoriumError E_CONNECT
 */
export async function listenZeromq(address: string, listener: Listener): Promise<Subscription> {
  await knock(address);
  const socket = new Subscriber({ linger: 0 });
  let closing = false;
  socket.events.on('disconnect', () => {
    if (!closing) listener.lost('connection lost');
  });
  socket.connect(address);
  socket.subscribe();
  const ended = receive(socket, listener);
  return {
    async close() {
      closing = true;
      socket.close();
      await ended;
    },
  };
}

async function receive(socket: Subscriber, listener: Listener): Promise<void> {
  for await (const [topic, , payload] of socket) {
    if (topic !== undefined && payload !== undefined) {
      listener.heard({ topic: topic.toString(), payload, retained: false });
    }
  }
}

async function knock(address: string): Promise<void> {
  const { hostname, port } = new URL(address.replace(/^tcp:/, 'http:'));
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port), timeout: CONNECT_MS });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('timeout', () => reject(new Error('no answer')));
      socket.once('error', reject);
    });
  } catch (error) {
    const reason = codeOf(error) ?? (error instanceof Error ? error.message : 'unknown');
    throw new SensoriumError('E_CONNECT', `nothing answers at ${address} (${reason})`, { cause: error });
  } finally {
    socket.destroy();
  }
}
