import { Packr } from 'msgpackr/pack';
import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';

/** Messages a second. */
const RATE = 5;

const packr = new Packr({ useRecords: false });

/** A program that counts aloud. */
function counting(): (seconds: number) => readonly object[] {
  let said = 0;
  return (seconds) => {
    const messages: object[] = [];
    for (; said < Math.floor(seconds * RATE); said += 1)
      messages.push({ text: `number ${said}`, language: 'en', duration: 0.1 });
    return messages;
  };
}

function onLine(written: (message: object) => Uint8Array): EmulatorDefinition['create'] {
  return () => {
    const until = counting();
    return { until: (seconds) => concatenated(until(seconds).map(written)) };
  };
}

const inJson = onLine((message) => new TextEncoder().encode(`${JSON.stringify(message)}\n`));
const inMsgpack = onLine((message) => Uint8Array.from(packr.pack(message)));

const published: EmulatorDefinition['create'] = () => {
  const until = counting();
  const written = (message: object) => [new TextEncoder().encode(JSON.stringify(message)), 'text'] as const;
  return { until: () => new Uint8Array(), messages: (seconds) => until(seconds).map(written) };
};

/** At a TCP port, in lines of JSON. */
export const messagesEmulator: EmulatorDefinition = {
  device: 'messages',
  summary: 'a program that counts aloud, in lines of JSON',
  line: { kind: 'tcp', port: 2950 },
  create: inJson,
};

/** At a TCP port, in MessagePack. */
export const msgpackEmulator: EmulatorDefinition = {
  device: 'messages-msgpack',
  summary: 'the same in MessagePack',
  line: { kind: 'tcp', port: 2950 },
  config: { encoding: 'msgpack' },
  create: inMsgpack,
};

/** At a broker, in JSON. */
export const mqttEmulator: EmulatorDefinition = {
  device: 'messages-mqtt',
  summary: 'the same in JSON, published to the topic text of an MQTT broker on this machine',
  line: { kind: 'mqtt', port: 1883 },
  create: published,
};

/** As a publisher of ZeroMQ, in JSON. */
export const zeromqEmulator: EmulatorDefinition = {
  device: 'messages-zeromq',
  summary: 'the same in JSON, published to the topic text by ZeroMQ',
  line: { kind: 'zeromq', port: 2951 },
  create: published,
};
