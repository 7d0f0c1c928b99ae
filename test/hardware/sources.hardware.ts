import { describe } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { readConfigFile } from '../../src/config/file.ts';
import { readConfig, type Section } from '../../src/config/index.ts';
import { describeDriver } from '../drivers/conformance.ts';
import { describeLive } from '../drivers/device/live.ts';

/*
 * What every driver is held to, on real devices: the sources of the configuration that SENSORIUM_HARDWARE names. Nothing has to
 * be unplugged. See docs/drivers/devices.md.
 */

const path = process.env['SENSORIUM_HARDWARE'];
if (path === undefined) throw new Error('SENSORIUM_HARDWARE names no configuration');
const document = readConfigFile(path) as { readonly sources?: Readonly<Record<string, Section>> };
// Told at once, and not by every test.
readConfig(document, drivers);

for (const [name, { driver: type, ...config }] of Object.entries(document.sources ?? {})) {
  const definition = drivers.find((one) => one.type === type);
  if (definition === undefined) continue;
  describe(`${name}, as it is here:`, () => {
    describeDriver({ definition, config, unopenable: [] });
    describeLive({ definition, withDevice: (test) => test(config), frames: 500, byArrival: true });
  });
}
