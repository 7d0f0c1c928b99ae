import { flag, numberIn } from '../../../src/contract/index.ts';
import { defineDevice, serialLink, serialSchema, type SerialConfig } from '../../../src/device/index.ts';
import type { StreamDescriptor } from '../../../src/frame/index.ts';
import { rateSchema, type RateConfig } from '../rate.ts';
import { createDecoder, TICKS_PER_SECOND, type XsensOutputs } from './decode.ts';

/** Xsens MTi; see docs/drivers/imu.md. */
export const xsens = defineDevice<SerialConfig & RateConfig & XsensOutputs>({
  type: 'xsens',
  summary: 'Xsens (Movella) MTi: inertial units that send MTData2',
  schema: {
    ...serialSchema(115_200),
    ...rateSchema(100),
    magneticField: {
      doc: 'Whether its output has the magnetic field: then there is a stream `magneticField`.',
      format: flag(),
      default: true,
    },
    fieldUnit: {
      doc:
        'Tesla of one unit of the device’s magnetic field, which is normalised to the field where it was calibrated. Too small or ' +
        'too large: a field of the wrong strength; its direction stays.',
      format: numberIn(1e-7, 1e-3),
      default: 49e-6,
    },
  },
  streams({ rateHz, magneticField }) {
    const common = {
      frameId: 'imu',
      clock: { domain: 'counter', hz: TICKS_PER_SECOND, bits: 32 },
      nominalRate: rateHz,
      role: 'sensor',
    } as const;
    const imu: StreamDescriptor = { id: 'imu', kind: 'imu', ...common };
    return magneticField ? [imu, { id: 'magneticField', kind: 'magneticField', ...common }] : [imu];
  },
  link: serialLink,
  session: createDecoder,
});
