import { integerIn, numberIn, oneOf, optional } from '../../../src/contract/index.ts';
import { defineDevice, serialLink, serialSchema } from '../../../src/device/index.ts';
import { createDecoder, type YdlidarModel } from './decode.ts';

interface YdlidarConfig {
  readonly port: string;
  readonly baudRate?: number | null;
  readonly model: keyof typeof MODELS;
  readonly turnRate?: number | null;
}

/** From the data sheets. */
const MODELS = {
  x2: { baudRate: 115_200, mustBeTold: false, pointRate: 3000, turnRate: 7, rangeMin: 0.12, rangeMax: 8 },
  x4: { baudRate: 128_000, mustBeTold: true, pointRate: 5000, turnRate: 7, rangeMin: 0.12, rangeMax: 10 },
  g4: { baudRate: 230_400, mustBeTold: true, pointRate: 9000, turnRate: 7, rangeMin: 0.26, rangeMax: 16 },
} satisfies Readonly<Record<string, YdlidarModel>>;

/** YDLIDAR X2, X4 and G4; see docs/drivers/lidar2d.md. */
export const ydlidar = defineDevice<YdlidarConfig>({
  type: 'ydlidar',
  summary: 'YDLIDAR X2, X4, G4: triangulating 2D lidars',
  schema: {
    ...serialSchema(MODELS.x4.baudRate),
    baudRate: {
      doc:
        'Bits a second on the line; unset: those of the model (X2 115200, X4 128000, G4 230400). Another rate than the device’s gives ' +
        'bytes without sense.',
      format: optional(integerIn(300, 4_000_000)),
      default: undefined,
    },
    model: {
      doc: 'Which one: they differ in baud rate, range, points a second, and whether they are told to scan.',
      format: oneOf(...Object.keys(MODELS)),
      default: 'x4',
    },
    turnRate: {
      doc:
        'Turns a second that are expected; unset: 7. Too small: sweeps of more rays than there are points; too large: points ' +
        'that fall into one ray, of which only the nearer is kept.',
      format: optional(numberIn(1, 30)),
      default: undefined,
    },
  },
  streams: (config) => [
    {
      id: 'scan',
      kind: 'scan',
      frameId: 'laser',
      clock: { domain: 'none' },
      nominalRate: modelOf(config).turnRate,
      role: 'sensor',
    },
  ],
  // The adapter lets the motor turn while DTR is on.
  link: (config) => serialLink({ port: config.port, baudRate: modelOf(config).baudRate, dtr: true }),
  session: (config, output) => createDecoder(modelOf(config), output),
});

function modelOf({ model: name, baudRate, turnRate }: YdlidarConfig): YdlidarModel {
  const model: YdlidarModel = MODELS[name];
  return { ...model, baudRate: baudRate ?? model.baudRate, turnRate: turnRate ?? model.turnRate };
}
