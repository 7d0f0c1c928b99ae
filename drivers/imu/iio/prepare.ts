import { join } from 'node:path';
import { SensoriumError } from '../../../src/contract/index.ts';
import { namesIn, readAttribute, writeAttribute } from '../../../src/device/index.ts';
import type { Axis, ScanLayout, Triple } from './decode.ts';
import { layOut, parseType, type Element } from './layout.ts';

/** What of the configuration says how a device is set up. */
export interface IioConfig {
  readonly device?: string;
  readonly measures: readonly ('imu' | 'magneticField')[];
  readonly rateHz: number;
  readonly bufferMs: number;
  readonly clock: 'realtime' | 'monotonic';
  readonly trigger?: string;
  readonly root: string;
  readonly dev: string;
}

/** A device that is set up, its buffer still off. */
export interface PreparedDevice {
  /** Its folder in sysfs. */
  readonly folder: string;
  /** `iio:device0`. */
  readonly id: string;
  readonly layout: ScanLayout;
}

/** The units of the ABI (Documentation/ABI/testing/sysfs-bus-iio) in SI: m/s², rad/s, gauss. */
const UNITS = { accel: 1, anglvel: 1, magn: 1e-4 } as const;
type Quantity = keyof typeof UNITS;
const AXES = ['x', 'y', 'z'] as const;
const RATES = [
  'sampling_frequency',
  'in_accel_sampling_frequency',
  'in_anglvel_sampling_frequency',
  'in_magn_sampling_frequency',
];
/** Scans that the kernel keeps: a second's, within limits. */
const LEAST_LENGTH = 16;
const MOST_LENGTH = 16_384;

/**
 * Finds a device and sets it up: elements, rate, clock of the stamps, trigger, length and watermark of the buffer.
 * @throws SensoriumError E_DRIVER, with what can be done about it
 */
export async function prepareDevice(config: IioConfig): Promise<PreparedDevice> {
  const quantities: Quantity[] = [
    ...(config.measures.includes('imu') ? (['accel', 'anglvel'] as const) : []),
    ...(config.measures.includes('magneticField') ? (['magn'] as const) : []),
  ];
  const id = await findDevice(config, quantities);
  const folder = join(config.root, id);
  await writeAttribute(folder, 'buffer/enable', 0);
  const elements = await switchElements(folder, quantities);
  for (const rate of RATES) await setRate(folder, rate, config.rateHz);
  await setClock(folder, config.clock);
  await setTrigger(folder, id, config);
  const length = Math.min(MOST_LENGTH, Math.max(LEAST_LENGTH, Math.ceil(config.rateHz)));
  await writeAttribute(folder, 'buffer/length', length);
  const watermark = Math.round((config.rateHz * config.bufferMs) / 1000);
  await writeAttribute(folder, 'buffer/watermark', Math.min(length / 2, Math.max(1, watermark)));
  return { folder, id, layout: await layoutOf(folder, elements, config) };
}

/** The device of that name or number; without one, the first that measures any of this. */
async function findDevice({ root, device }: IioConfig, quantities: readonly Quantity[]): Promise<string> {
  const ids = (await namesIn(root)).filter((name) => /^iio:device\d+$/.test(name));
  const known: string[] = [];
  for (const id of ids) {
    const name = (await readAttribute(join(root, id), 'name')) ?? '';
    known.push(`${id} ${name}`.trim());
    if (device === undefined) {
      const elements = await namesIn(join(root, id, 'scan_elements'));
      if (quantities.some((quantity) => elements.includes(`in_${quantity}_x_en`))) return id;
    } else if (device === id || device === name) return id;
  }
  const there = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  const what = device === undefined ? `no device with a buffer of ${quantities.join(', ')}` : `no device "${device}"`;
  throw new SensoriumError('E_DRIVER', `${what}: ${there}`, { path: root });
}

/** Switches on what is wanted and all else off, and says what is on in the end. */
async function switchElements(folder: string, quantities: readonly Quantity[]): Promise<Element[]> {
  const scan = join(folder, 'scan_elements');
  const wanted = new Set([
    'in_timestamp',
    ...quantities.flatMap((quantity) => AXES.map((axis) => `in_${quantity}_${axis}`)),
  ]);
  const elements: Element[] = [];
  for (const file of await namesIn(scan)) {
    const [, name] = /^(\w+)_en$/.exec(file) ?? [];
    if (name === undefined) continue;
    await writeAttribute(scan, file, wanted.has(name) ? 1 : 0);
    if ((await readAttribute(scan, file)) !== '1') continue;
    const text = (await readAttribute(scan, `${name}_type`)) ?? '';
    const type = parseType(text);
    if (type === undefined)
      throw new SensoriumError('E_DRIVER', `unknown type "${text}"`, { path: join(scan, `${name}_type`) });
    elements.push({ name, index: Number(await readAttribute(scan, `${name}_index`)), type });
  }
  return elements;
}

async function setRate(folder: string, name: string, rateHz: number): Promise<void> {
  try {
    await writeAttribute(folder, name, rateHz);
  } catch (error) {
    const offered = await readAttribute(folder, `${name}_available`);
    if (offered === undefined) throw error;
    throw new SensoriumError('E_DRIVER', `cannot be set to ${rateHz}: it offers ${offered}`, {
      path: join(folder, name),
      cause: error,
    });
  }
}

async function setClock(folder: string, clock: IioConfig['clock']): Promise<void> {
  const isSet = await writeAttribute(folder, 'current_timestamp_clock', clock);
  // Kernels before 4.9 have only the time of day.
  if (isSet || clock === 'realtime') return;
  throw new SensoriumError('E_DRIVER', 'this kernel stamps by the time of day only: set clock: realtime', {
    path: folder,
  });
}

/** The configured trigger, else the one that there is, else the device's own. A device without any may need none. */
async function setTrigger(folder: string, id: string, { root, trigger }: IioConfig): Promise<void> {
  const current = await readAttribute(folder, 'trigger/current_trigger');
  if (current === undefined) return;
  if (trigger === undefined && current !== '') return;
  const own = `${(await readAttribute(folder, 'name')) ?? ''}-dev${id.slice('iio:device'.length)}`;
  const names: string[] = [];
  for (const name of await namesIn(root)) {
    const its = /^trigger\d+$/.test(name) ? await readAttribute(join(root, name), 'name') : undefined;
    if (its !== undefined) names.push(its);
  }
  const chosen = trigger ?? names.find((name) => name.startsWith(own));
  if (trigger !== undefined && !names.includes(trigger))
    throw new SensoriumError('E_DRIVER', `no trigger "${trigger}": there are ${names.join(', ') || 'none'}`, {
      path: root,
    });
  if (chosen !== undefined) await writeAttribute(folder, 'trigger/current_trigger', chosen);
}

async function layoutOf(folder: string, elements: readonly Element[], { measures }: IioConfig): Promise<ScanLayout> {
  const { offsets, size } = layOut(elements);
  const time = elements.find(({ name }) => name === 'in_timestamp');
  const timeAt = offsets.get('in_timestamp');
  if (time === undefined || timeAt === undefined || time.type.bits !== 64)
    throw new SensoriumError('E_DRIVER', 'its buffer has no 64-bit time', { path: folder });
  const tripleOf = async (quantity: Quantity): Promise<Triple | undefined> => {
    const axes: Axis[] = [];
    for (const axis of AXES) {
      const name = `in_${quantity}_${axis}`;
      const element = elements.find((one) => one.name === name);
      const at = offsets.get(name);
      if (element === undefined || at === undefined) return undefined;
      const scale = await numberOf(folder, [`${name}_scale`, `in_${quantity}_scale`], 1);
      const offset = await numberOf(folder, [`${name}_offset`, `in_${quantity}_offset`], 0);
      axes.push({ at, type: element.type, offset, scale: scale * UNITS[quantity] });
    }
    const [x, y, z] = axes;
    return { axes: [x, y, z], mount: await mountOf(folder, quantity) };
  };
  const acceleration = await tripleOf('accel');
  const angularVelocity = await tripleOf('anglvel');
  const magneticField = await tripleOf('magn');
  if (measures.includes('imu') && acceleration === undefined && angularVelocity === undefined)
    throw new SensoriumError('E_DRIVER', 'measures neither acceleration nor angular velocity', { path: folder });
  if (measures.includes('magneticField') && magneticField === undefined)
    throw new SensoriumError('E_DRIVER', 'measures no magnetic field', { path: folder });
  return {
    size,
    time: { at: timeAt, bigEndian: time.type.bigEndian },
    ...(acceleration === undefined ? {} : { acceleration }),
    ...(angularVelocity === undefined ? {} : { angularVelocity }),
    ...(magneticField === undefined ? {} : { magneticField }),
  };
}

/** The number in the first of these attributes that there is. */
async function numberOf(folder: string, names: readonly string[], missing: number): Promise<number> {
  for (const name of names) {
    const text = await readAttribute(folder, name);
    if (text === undefined) continue;
    const number = Number(text);
    if (text === '' || !Number.isFinite(number))
      throw new SensoriumError('E_DRIVER', `expected a number, got "${text}"`, { path: join(folder, name) });
    return number;
  }
  return missing;
}

/** Nine numbers, rows after one another: `1, 0, 0; 0, 1, 0; 0, 0, 1`. `undefined` where there are none, or they turn nothing. */
async function mountOf(folder: string, quantity: Quantity): Promise<readonly number[] | undefined> {
  for (const name of [`in_${quantity}_mount_matrix`, 'in_mount_matrix', 'mount_matrix']) {
    const text = await readAttribute(folder, name);
    if (text === undefined) continue;
    const matrix = text.split(/[,;]/).map(Number);
    if (matrix.length !== 9 || !matrix.every(Number.isFinite))
      throw new SensoriumError('E_DRIVER', `expected nine numbers, got "${text}"`, { path: join(folder, name) });
    return matrix.every((value, i) => value === (i % 4 === 0 ? 1 : 0)) ? undefined : matrix;
  }
  return undefined;
}
