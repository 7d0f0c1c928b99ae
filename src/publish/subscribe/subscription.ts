import { SensoriumError, showValue } from '../../contract/index.ts';
import { listenMqtt } from './mqtt.ts';
import type { Heard, Listener, Subscription } from './types.ts';
import { listenZeromq } from './zeromq.ts';

/**
 * Listens to topics that match one of the filters (in MQTT's notation, over ZeroMQ too).
 * @param address `mqtt://host:port` (mqtts, ws, wss), or `tcp://host:port` for ZeroMQ
 * @throws SensoriumError E_USAGE for another address; E_CONNECT when nothing answers there
 */
export function subscribe(address: string, filters: readonly string[], listener: Listener): Promise<Subscription> {
  if (/^(mqtts?|wss?):\/\//.test(address)) return listenMqtt(address, filters, listener);
  const heard = (message: Heard) => {
    if (filters.some((filter) => matches(filter, message.topic))) listener.heard(message);
  };
  if (/^tcp:\/\/[^/]+:\d+$/.test(address)) return listenZeromq(address, { ...listener, heard });
  throw new SensoriumError('E_USAGE', `expected mqtt://HOST:PORT or tcp://HOST:PORT, got ${showValue(address)}`);
}

/** Whether a topic matches a filter: `+` stands for one level, `#` at the end for all that follow (MQTT 4.7.1). */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
