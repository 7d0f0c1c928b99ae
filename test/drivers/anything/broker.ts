import type { EmulatorDefinition } from '../../../src/device/index.ts';
import { startMosquitto } from '../../publish/support/mosquitto.ts';
import { freePort } from '../../publish/support/publishing.ts';
import { openLine, type Line } from '../device/line.ts';

/** An emulated device that publishes to a real Mosquitto. Unplugged, the broker is killed outright. */
export async function openBrokerLine(emulator: EmulatorDefinition): Promise<Line> {
  const port = await freePort();
  let broker = await startMosquitto(port);
  const line = await openLine(emulator, port);
  return {
    ...line,
    async unplug() {
      await broker.kill();
      await line.unplug();
    },
    async plug() {
      broker = await startMosquitto(port);
      await line.plug();
    },
    async close() {
      await line.close();
      await broker.kill();
    },
  };
}
