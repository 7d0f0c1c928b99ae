import { oneOf } from '../../../src/contract/index.ts';
import { defineDevice, serialLink, serialSchema, type SerialConfig } from '../../../src/device/index.ts';
import { createDecoder, TICKS_PER_SECOND, TURN_RATE, type LdrobotModel } from './decode.ts';

interface LdrobotConfig extends SerialConfig {
  readonly model: keyof typeof MODELS;
}

/** From the manuals. */
const MODELS = {
  ld06: { pointRate: 4500, rangeMin: 0.02, rangeMax: 12 },
  ld19: { pointRate: 4500, rangeMin: 0.02, rangeMax: 12 },
  'stl-27l': { pointRate: 21_600, rangeMin: 0.03, rangeMax: 25 },
} satisfies Readonly<Record<string, LdrobotModel>>;

/** LDROBOT LD06, LD19 and STL-27L; see docs/drivers/lidar2d.md. */
export const ldrobot = defineDevice<LdrobotConfig>({
  type: 'ldrobot',
  summary: 'LDROBOT LD06, LD19, STL-27L: 2D lidars that talk from power on',
  schema: {
    ...serialSchema(230_400),
    model: {
      doc: 'Which one: they differ in points a second and range. The STL-27L talks at 921600 baud.',
      format: oneOf(...Object.keys(MODELS)),
      default: 'ld06',
    },
  },
  streams: () => [
    {
      id: 'scan',
      kind: 'scan',
      frameId: 'laser',
      clock: { domain: 'counter', hz: TICKS_PER_SECOND, bits: 64 },
      nominalRate: TURN_RATE,
      role: 'sensor',
    },
  ],
  link: serialLink,
  session: ({ model }, output) => createDecoder(MODELS[model], output),
});
