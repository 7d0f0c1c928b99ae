import { SensoriumError } from '../contract/index.ts';
import type { EmulatedDevice, EmulatedLine, MessageLine } from './emulator.ts';

/** Time in which what the device says is one message, ms. */
const PACE_MS = 5;
/** ms that a broker is given to answer, and until one that went away is asked again. */
const CONNECT_MS = 3000;
const RETRY_MS = 100;

/**
 * Lets a device send messages.
 * @param port of the broker on this machine
 * @throws SensoriumError E_DRIVER where it does not answer
 */
export async function openMessageLine(
  device: EmulatedDevice,
  { topic, port: usual }: MessageLine,
  port = usual,
): Promise<EmulatedLine> {
  const url = `mqtt://127.0.0.1:${port}`;
  const { connectAsync } = await import('mqtt');
  const options = { reconnectPeriod: RETRY_MS, connectTimeout: CONNECT_MS, queueQoSZero: false };
  const client = await connectAsync(url, options, false).catch((error: unknown) => {
    throw new SensoriumError('E_DRIVER', 'no broker answers: start mosquitto', { path: url, cause: error });
  });
  client.on('error', () => undefined);
  const silence = speak(device, (message) => {
    if (client.connected) client.publish(topic, Buffer.from(message));
  });
  const close = async (): Promise<void> => {
    silence();
    await client.endAsync(true);
  };
  return { config: { mqtt: { url } }, where: `${url}, topic ${topic}`, port, close };
}

/** @returns what ends it */
function speak(device: EmulatedDevice, send: (message: Uint8Array) => void): () => void {
  const switchedOn = performance.now();
  let heard = 0;
  const talk = setInterval(() => {
    // Step by step: a pause of this process does not make two messages one.
    for (const due = performance.now() - switchedOn - PACE_MS; heard <= due;) {
      heard += PACE_MS;
      const message = device.until(heard / 1000);
      if (message.length > 0) send(message);
    }
  }, PACE_MS);
  return () => clearInterval(talk);
}
