import { listOf, numberIn, oneOf, optional, text } from '../../../src/contract/index.ts';
import { defineDevice } from '../../../src/device/index.ts';
import type { DeviceClock } from '../../../src/frame/index.ts';
import { rateSchema } from '../rate.ts';
import { createDecoder, type ScanLayout } from './decode.ts';
import { iioLink } from './link.ts';
import type { IioConfig } from './prepare.ts';

const CLOCKS: Readonly<Record<IioConfig['clock'], DeviceClock>> = {
  realtime: { domain: 'unix' },
  monotonic: { domain: 'counter', hz: 1e9, bits: 64 },
};

/** Inertial units with a driver in the kernel: Linux Industrial I/O; see docs/drivers/imu.md. */
export const iio = defineDevice<IioConfig, ScanLayout>({
  type: 'iio',
  summary: 'Linux IIO: any inertial unit or magnetometer that the kernel has a driver for, stamped by the kernel',
  schema: {
    device: {
      doc: 'Which device: its name (`icm20948`) or `iio:device0`. Unset: the first that measures any of this.',
      format: optional(text()),
      default: undefined,
    },
    measures: {
      doc: 'What it is read for: each gives a stream of that name.',
      format: listOf(oneOf('imu', 'magneticField'), 1, 2),
      default: ['imu'],
    },
    ...rateSchema(100),
    bufferMs: {
      doc:
        'How often what the kernel has gathered is read, ms; 0: every millisecond. Too small: a processor that is woken for every ' +
        'sample; too large: samples come late (their stamps stay right).',
      format: numberIn(0, 1000),
      default: 10,
    },
    clock: {
      doc: 'What the kernel stamps by. `realtime`: the time of day. `monotonic`: a counter that nobody sets, related to the host’s clock from its arrivals.',
      format: oneOf('realtime', 'monotonic'),
      default: 'realtime',
    },
    trigger: {
      doc: 'Name of the trigger that it samples at. Unset: the one that is set, else the device’s own.',
      format: optional(text()),
      default: undefined,
    },
    root: {
      doc: 'Folder in which the kernel describes its devices (sysfs).',
      format: text(/^\//, 'an absolute path'),
      default: '/sys/bus/iio/devices',
    },
    dev: {
      doc: 'Folder of the character devices.',
      format: text(/^\//, 'an absolute path'),
      default: '/dev',
    },
  },
  streams: ({ measures, rateHz, clock }) =>
    measures.map((id) => ({
      id,
      kind: id,
      frameId: 'imu',
      clock: CLOCKS[clock],
      nominalRate: rateHz,
      role: 'sensor' as const,
    })),
  link: iioLink,
  session: ({ rateHz }, output, layout) => createDecoder(rateHz, output, layout),
});
