import { flag, integerIn, numberIn, SensoriumError, type SchemaTree } from '../../../src/contract/index.ts';
import { busLeaf } from '../../../src/device/index.ts';
import type { StreamDescriptor } from '../../../src/frame/index.ts';
import { DEGREE, G } from '../motion.ts';
import type { Scales } from './decode.ts';

/** What InvenSense's units have in common. */
export interface InvenSenseConfig {
  readonly bus: string;
  readonly address: number;
  readonly rateHz: number;
  readonly pollMs: number;
  readonly accelerationRange: number;
  readonly rotationRange: number;
  readonly bandwidthHz: number;
  readonly temperature: boolean;
}

/** Full-scale ranges, by their number in the registers: g, degrees a second. */
const ACCELERATION_RANGES = [2, 4, 8, 16];
const ROTATION_RANGES = [250, 500, 1000, 2000];
/** Bytes of the smallest FIFO, of which half is to be enough from one poll to the next. */
const FIFO_BYTES = 512;
const SAMPLE_BYTES = 14;

/** @param address that boards have where nobody has soldered anything; @param baseHz what the rate is divided from, Hz */
export function invenSenseSchema(address: number, baseHz: number): SchemaTree {
  return {
    bus: busLeaf,
    address: {
      doc: 'Its address: 0x68 where its pin AD0 is low, 0x69 where it is high.',
      format: integerIn(0x68, 0x69),
      default: address,
    },
    rateHz: {
      doc:
        `Samples a second; the nearest of ${baseHz} / 1, / 2, / 3, … is taken. Too small: fast motion is not seen; too large: a bus that is ` +
        'busy with it (a sample takes 1.4 ms of a bus at 100 kHz, 0.4 ms at 400 kHz).',
      format: numberIn(5, baseHz),
      default: 200,
    },
    pollMs: {
      doc:
        'Pause between two looks into its FIFO, ms. Too small: a processor and a bus that are busy with looking; too large: ' +
        'samples come late (their stamps stay right), and a pause of the host overflows the FIFO.',
      format: numberIn(1, 100),
      default: 10,
    },
    accelerationRange: {
      doc: 'Largest acceleration, g (2, 4, 8, 16: the next that holds it). Too small: jolts are cut off; too large: coarse values.',
      format: numberIn(0.1, 16),
      default: 4,
    },
    rotationRange: {
      doc:
        'Largest angular velocity, degrees a second (250, 500, 1000, 2000: the next that holds it). Too small: quick turns are cut off; too ' +
        'large: coarse values.',
      format: numberIn(1, 2000),
      default: 500,
    },
    bandwidthHz: {
      doc:
        'Bandwidth of its low-pass filter, Hz: the widest that it has within. Too small: late (5 Hz: 19 ms) and smooth; too large: ' +
        'vibration above half the rate comes back as slow motion.',
      format: numberIn(5, 250),
      default: 95,
    },
    temperature: {
      doc: 'Whether there is a stream `temperature`, of the chip itself, once a second.',
      format: flag(),
      default: false,
    },
  };
}

/** What stands in the registers for a configuration. */
export interface Settings {
  /** The rate is the base divided by this and one. */
  readonly divider: number;
  /** Hz. */
  readonly rate: number;
  readonly accelerationCode: number;
  readonly rotationCode: number;
  readonly scales: Scales;
}

/**
 * Finds the settings nearest to a configuration.
 * @throws SensoriumError E_CONFIG_CONFLICT where the FIFO would overflow between two polls
 */
export function settingsOf(config: InvenSenseConfig, baseHz: number): Settings {
  const { rateHz, pollMs, accelerationRange, rotationRange, temperature } = config;
  const divider = Math.min(255, Math.max(0, Math.round(baseHz / rateHz) - 1));
  const rate = baseHz / (divider + 1);
  if ((rate * pollMs * SAMPLE_BYTES) / 1000 > FIFO_BYTES / 2) {
    const most = Math.floor((500 * FIFO_BYTES) / (rate * SAMPLE_BYTES));
    throw new SensoriumError('E_CONFIG_CONFLICT', `at ${rateHz} Hz expected at most ${most} ms, got ${pollMs}`, {
      path: 'pollMs',
    });
  }
  const accelerationCode = ACCELERATION_RANGES.findIndex((range) => range >= accelerationRange);
  const rotationCode = ROTATION_RANGES.findIndex((range) => range >= rotationRange);
  return {
    divider,
    rate,
    accelerationCode,
    rotationCode,
    scales: {
      acceleration: (ACCELERATION_RANGES[accelerationCode] * G) / 32_768,
      angularVelocity: (ROTATION_RANGES[rotationCode] * DEGREE) / 32_768,
      temperatureEvery: temperature ? Math.max(1, Math.round(rate)) : undefined,
    },
  };
}

/** The number of the widest filter that is not wider than this; the narrowest where all are. @param filters Hz by number */
export function filterCode(filters: readonly (readonly [code: number, hz: number])[], bandwidthHz: number): number {
  const byWidth = [...filters].sort(([, a], [, b]) => b - a);
  return (byWidth.find(([, hz]) => hz <= bandwidthHz) ?? byWidth[byWidth.length - 1])[0];
}

/** The streams that all of them have. */
export function streamsOf({ rate }: Settings, temperature: boolean): StreamDescriptor[] {
  const common = { frameId: 'imu', role: 'sensor' } as const;
  const imu = {
    id: 'imu',
    kind: 'imu',
    clock: { domain: 'sequence', bits: 32 },
    nominalRate: rate,
    ...common,
  } as const;
  return temperature
    ? [imu, { id: 'temperature', kind: 'scalar', clock: { domain: 'none' }, nominalRate: 1, ...common }]
    : [imu];
}
