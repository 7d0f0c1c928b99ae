import type { Input } from '../../contract/index.ts';
import { secNsecFromUnix, unixFromStamp, type Arrival, type DeviceClock, type StreamId } from '../../frame/index.ts';
import { constantsOf, messageOfArrival, rosWriter, typeOf, type RosWriter } from '../ros/encode.ts';
import { CHANNEL_CRC, channelCrc } from './session.ts';
import type { McapFile } from './mcap-file.ts';
import type { SessionHeader } from './session.ts';

/** Channels of the inputs that are no frames. */
export const TICK_TOPIC = '/sensorium/tick';
export const STREAM_TOPIC = '/sensorium/stream';
export const COMMAND_TOPIC = '/sensorium/command';
export const EFFECT_TOPIC = '/sensorium/effect';
export const PRESSURE_TOPIC = '/sensorium/pressure';

/** Writes inputs as messages. Channels of streams are made when their first frame tells their type. */
export function createEncoder(mcap: McapFile, header: SessionHeader): (input: Input) => void {
  const epoch = BigInt(header.epoch);
  const clocks = new Map<StreamId, DeviceClock>(header.streams.map(({ id, clock }) => [id, clock]));
  const writers = new Map<string, { readonly schema: number; readonly writer: RosWriter }>();
  const channels = new Map<string, { readonly id: number; readonly writer: RosWriter }>();
  const plain = (topic: string): number =>
    mcap.addChannel({ topic, schemaId: 0, messageEncoding: 'json', metadata: new Map() });
  const tick = plain(TICK_TOPIC);
  const stream = plain(STREAM_TOPIC);
  const command = plain(COMMAND_TOPIC);
  const effect = plain(EFFECT_TOPIC);
  const pressure = plain(PRESSURE_TOPIC);

  function channelOf({ stream: id, measurement }: Arrival) {
    const type = typeOf(measurement);
    const constants = constantsOf(measurement);
    const key = `${id} ${type} ${constants ?? ''}`;
    const known = channels.get(key);
    if (known !== undefined) return known;
    let made = writers.get(type);
    if (made === undefined) {
      const writer = rosWriter(type, true);
      const data = new TextEncoder().encode(writer.definition);
      made = {
        writer,
        schema: mcap.addSchema({ name: type.replace('/', '/msg/'), encoding: 'ros2msg', data }),
      };
      writers.set(type, made);
    }
    const metadata = new Map([
      ['stream', id],
      ['deviceClock', JSON.stringify(clocks.get(id) ?? { domain: 'none' })],
    ]);
    if (constants !== undefined) metadata.set('constants', constants);
    metadata.set(CHANNEL_CRC, channelCrc(`/${id}`, metadata, type, made.writer.definition));
    const channel = {
      id: mcap.addChannel({ topic: `/${id}`, schemaId: made.schema, messageEncoding: 'cdr', metadata }),
      writer: made.writer,
    };
    channels.set(key, channel);
    return channel;
  }

  return (input) => {
    const sequence = input.number % 2 ** 32;
    const json = (body: object): Uint8Array => Buffer.from(JSON.stringify(body));
    const add = (channelId: number, at: number, data: Uint8Array, publishTime?: bigint): void => {
      const logTime = unixFromStamp(epoch, at as never);
      mcap.add({ channelId, sequence, logTime, publishTime: publishTime ?? logTime, data });
    };
    switch (input.kind) {
      case 'tick':
        return add(tick, input.at, new Uint8Array(0));
      case 'stream':
        return add(stream, input.at, json({ stream: input.stream, event: input.event }));
      case 'command':
        return add(command, input.at, json(input.command));
      case 'pressure':
        return add(pressure, input.at, json(input.pressure));
      case 'effect':
        return add(effect, input.at, json({ id: input.id, outcome: input.outcome }));
      case 'frame': {
        const { arrival } = input;
        const channel = channelOf(arrival);
        const unix =
          clocks.get(arrival.stream)?.domain === 'unix' && arrival.device !== undefined && arrival.device >= 0n;
        // Other tools read the header's stamp: the device's where it is Unix time, else the time of arrival.
        const { sec, nsec } = secNsecFromUnix(unix ? arrival.device : unixFromStamp(epoch, arrival.received));
        const message = messageOfArrival(arrival, { sec, nsec, nanosec: nsec });
        const raw = arrival.device === undefined ? undefined : BigInt.asUintN(64, arrival.device);
        return add(channel.id, arrival.received, channel.writer.write(message), raw);
      }
    }
  };
}
