import { Packr } from 'msgpackr/pack';
import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';

/** Messages a second. */
const RATE = 5;

const packr = new Packr({ useRecords: false });

/** A program that counts aloud. */
function counting(written: (message: object) => Uint8Array): EmulatorDefinition['create'] {
  return () => {
    let said = 0;
    return {
      until(seconds) {
        const messages: Uint8Array[] = [];
        for (; said < Math.floor(seconds * RATE); said += 1)
          messages.push(written({ text: `number ${said}`, language: 'en', duration: 0.1 }));
        return concatenated(messages);
      },
    };
  };
}

const inJson = counting((message) => new TextEncoder().encode(`${JSON.stringify(message)}\n`));
const inMsgpack = counting((message) => Uint8Array.from(packr.pack(message)));

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
  summary: 'the same in JSON, published to an MQTT broker on this machine',
  line: { kind: 'mqtt', topic: 'text', port: 1883 },
  create: inJson,
};

/** As a publisher of ZeroMQ, in JSON. */
export const zeromqEmulator: EmulatorDefinition = {
  device: 'messages-zeromq',
  summary: 'the same in JSON, published by ZeroMQ',
  line: { kind: 'zeromq', topic: 'text', port: 2951 },
  create: inJson,
};
