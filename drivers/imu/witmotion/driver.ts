import { flag, numberIn } from '../../../src/contract/index.ts';
import { defineDevice, serialLink, serialSchema, type SerialConfig } from '../../../src/device/index.ts';
import type { DeviceClock, StreamDescriptor } from '../../../src/frame/index.ts';
import { rateSchema, type RateConfig } from '../rate.ts';
import { createDecoder, TICKS_PER_SECOND, type WitmotionOutputs } from './decode.ts';

const COUNTER: DeviceClock = { domain: 'counter', hz: TICKS_PER_SECOND, bits: 64 };
const NONE: DeviceClock = { domain: 'none' };

/** WitMotion's serial inertial units; see docs/drivers/imu.md. */
export const witmotion = defineDevice<SerialConfig & RateConfig & WitmotionOutputs>({
  type: 'witmotion',
  summary: 'WitMotion WT901, WT61, JY901, HWT905 and others with its serial standard protocol',
  schema: {
    ...serialSchema(9600),
    ...rateSchema(10),
    time: {
      doc: 'Whether its time (packets 0x50) is switched on: then it stamps the frames.',
      format: flag(),
      default: false,
    },
    magneticField: {
      doc: 'Whether it has a magnetometer (packets 0x54): then there is a stream `magneticField`.',
      format: flag(),
      default: true,
    },
    fieldUnit: {
      doc:
        'Tesla of one count of its magnetic field; the manuals say a milligauss. Too small or too large: a field of the wrong ' +
        'strength; its direction stays.',
      format: numberIn(1e-10, 1e-4),
      default: 1e-7,
    },
  },
  streams({ rateHz, time, magneticField }) {
    const common = { frameId: 'imu', clock: time ? COUNTER : NONE, nominalRate: rateHz, role: 'sensor' } as const;
    const imu: StreamDescriptor = { id: 'imu', kind: 'imu', ...common };
    return magneticField ? [imu, { id: 'magneticField', kind: 'magneticField', ...common }] : [imu];
  },
  link: serialLink,
  session: createDecoder,
});
