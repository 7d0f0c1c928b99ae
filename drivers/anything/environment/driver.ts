import { mapOf, numberIn, oneOf, optional, SensoriumError, text } from '../../../src/contract/index.ts';
import { defineDevice } from '../../../src/device/index.ts';
import { createDecoder, type Conversions } from './decode.ts';
import { chipLink, type Polling } from './link.ts';
import { UNITS, type Quantity } from './units.ts';

interface StreamSection {
  readonly quantity: Quantity;
  readonly channel?: string;
  readonly frameId: string;
}

interface EnvironmentConfig extends Omit<Polling, 'readings'> {
  readonly streams: Readonly<Record<string, StreamSection>>;
}

/** Thermometers, barometers and what else the kernel reads slowly: see docs/drivers/anything.md. */
export const environment = defineDevice<EnvironmentConfig, Conversions>({
  type: 'environment',
  summary: 'temperature, pressure, humidity and light from chips that the kernel has a driver for (IIO, hwmon)',
  schema: {
    device: {
      doc:
        'Which chip: what its driver calls it (`bmp280`, `coretemp`), its label, or where it is on its bus (`1-0076`). Unset: the only ' +
        'one that measures any of this.',
      format: optional(text()),
      default: undefined,
    },
    rateHz: {
      doc: 'Readings a second. Too small: changes are seen late; too large: a bus that is busy, and a chip that warms itself.',
      format: numberIn(0.01, 100),
      default: 1,
    },
    streams: {
      doc: 'The streams, by their names.',
      format: mapOf({
        quantity: {
          doc: 'What is measured.',
          format: oneOf(...Object.keys(UNITS)),
          default: 'temperature',
        },
        channel: {
          doc: 'Which of several: its label (`Package id 0`) or its name (`temp2`, `in_temp_ambient`). Unset: the first.',
          format: optional(text()),
          default: undefined,
        },
        frameId: {
          doc: 'Coordinate frame that it is measured in.',
          format: text(/^[A-Za-z0-9_./-]+$/, 'the name of a coordinate frame'),
          default: 'base_link',
        },
      }),
      default: { temperature: { quantity: 'temperature' } },
    },
    iio: {
      doc: 'Folder in which the kernel shows the devices of Industrial I/O (sysfs).',
      format: text(/^\//, 'an absolute path'),
      default: '/sys/bus/iio/devices',
    },
    hwmon: {
      doc: 'Folder in which the kernel shows what monitors the hardware (sysfs).',
      format: text(/^\//, 'an absolute path'),
      default: '/sys/class/hwmon',
    },
  },
  streams({ streams, rateHz }) {
    const entries = Object.entries(streams);
    if (entries.length === 0)
      throw new SensoriumError('E_CONFIG_RANGE', 'expected at least one, got none', { path: 'streams' });
    return entries.map(([id, { frameId }]) => ({
      id,
      kind: 'scalar' as const,
      frameId,
      clock: { domain: 'none' as const },
      nominalRate: rateHz,
      role: 'sensor' as const,
    }));
  },
  link: ({ streams, ...rest }) => chipLink({ ...rest, readings: readingsOf(streams) }),
  session: ({ streams }, output, conversions) => createDecoder(readingsOf(streams), output, conversions),
  startSeconds: ({ rateHz }) => 3 / rateHz,
});

function readingsOf(streams: EnvironmentConfig['streams']): Polling['readings'] {
  return Object.entries(streams).map(([id, section]) => ({ ...section, id }));
}
