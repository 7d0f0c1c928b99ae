import { SensoriumError } from '../../contract/index.ts';
import type { Listener, Subscription } from './types.ts';

/** ms that a broker is given to answer. */
const CONNECT_MS = 5_000;

/** With MQTT 3.1.1, which every broker speaks. @throws SensoriumError E_CONNECT */
export async function listenMqtt(url: string, filters: readonly string[], listener: Listener): Promise<Subscription> {
  const shown = url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1');
  const { connect } = await import('mqtt');
  const client = connect(url, {
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS,
    keepalive: 4,
    reschedulePings: false,
  });
  let reason = 'connection lost';
  client.on('error', (error) => {
    reason = error.message === '' && 'code' in error ? String(error.code) : error.message;
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('close', () => reject(new SensoriumError('E_CONNECT', `nothing answers at ${shown} (${reason})`)));
  });
  client.on('message', (topic, payload, packet) => listener.heard({ topic, payload, retained: packet.retain }));
  const lost = () => listener.lost(reason);
  client.on('close', lost);
  try {
    await client.subscribeAsync([...filters]);
  } catch (error) {
    client.off('close', lost);
    await client.endAsync(true);
    throw new SensoriumError('E_CONNECT', `${shown} refuses to let us listen`, { cause: error });
  }
  return {
    async close() {
      client.off('close', lost);
      await client.endAsync(true);
    },
  };
}
