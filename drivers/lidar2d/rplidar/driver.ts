import { integerIn, numberIn, oneOf, optional } from '../../../src/contract/index.ts';
import { defineDevice, serialLink, serialSchema } from '../../../src/device/index.ts';
import { createDecoder, type RplidarOptions } from './decode.ts';
import { MODELS, type RplidarModel } from './models.ts';
import { FORMATS, type ScanFormat } from './protocol.ts';

interface RplidarConfig {
  readonly port: string;
  readonly baudRate?: number | null;
  readonly model: keyof typeof MODELS;
  readonly mode: ScanFormat['name'] | 'auto';
  readonly turnRate?: number | null;
  readonly motorPwm: number;
}

/** Slamtec RPLIDAR A1, A2, A3, S1, S2, S3 and C1; see docs/drivers/lidar2d.md. */
export const rplidar = defineDevice<RplidarConfig>({
  type: 'rplidar',
  summary: 'Slamtec RPLIDAR A1, A2, A3, S1, S2, S3, C1: 2D lidars that are told to scan',
  schema: {
    ...serialSchema(MODELS.a1.baudRate),
    baudRate: {
      doc:
        'Bits a second on the line; unset: those of the model (A1, A2 115200; A2M7, A2M12, A3, S1 256000; C1 460800; ' +
        'S2, S3 1000000). Another rate than the device’s gives bytes without sense.',
      format: optional(integerIn(300, 4_000_000)),
      default: undefined,
    },
    model: {
      doc: 'Which one: they differ in baud rate, range, points a second and how the motor is told to turn.',
      format: oneOf(...Object.keys(MODELS)),
      default: 'a1',
    },
    mode: {
      doc:
        '`standard`: a point at a time, with its quality, at about half the rate. `express`: capsules of 32 points (A series). ' +
        '`dense`: capsules of 40 points (S series, C1). `auto`: the quickest of these that the model has.',
      format: oneOf('auto', ...FORMATS.map(({ name }) => name)),
      default: 'auto',
    },
    turnRate: {
      doc:
        'Turns a second that are expected, and that S1, S2 and S3 are told; unset: 5.5 (A1) or 10. Too small: sweeps of more ' +
        'rays than there are points; too large: points that fall into one ray, of which only the nearer is kept.',
      format: optional(numberIn(1, 30)),
      default: undefined,
    },
    motorPwm: {
      doc: 'Duty of the motor of A2 and A3, of 1023. Too small: it does not turn; too large: few points a turn.',
      format: integerIn(0, 1023),
      default: 660,
    },
  },
  streams: (config) => [
    {
      id: 'scan',
      kind: 'scan',
      frameId: 'laser',
      clock: { domain: 'none' },
      nominalRate: optionsOf(config).turnRate,
      role: 'sensor',
    },
  ],
  // DTR off lets the motor of an A1 turn; the others do not look at it.
  link: (config) => serialLink({ port: config.port, baudRate: optionsOf(config).baudRate, dtr: false }),
  session: (config, output) => createDecoder(optionsOf(config), output),
});

function optionsOf({ model: name, mode, baudRate, turnRate, motorPwm }: RplidarConfig): RplidarOptions {
  const model: RplidarModel = MODELS[name];
  return {
    ...model,
    motorPwm,
    mode: mode === 'auto' ? model.mode : mode,
    baudRate: baudRate ?? model.baudRate,
    turnRate: turnRate ?? model.turnRate,
  };
}
