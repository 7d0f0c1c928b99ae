import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SensoriumError } from '../../../src/contract/index.ts';
import { namesIn, readAttribute } from '../../../src/device/index.ts';
import { after, UNITS, type Conversion, type Quantity } from './units.ts';

/** Where the kernel shows its sensors. */
export interface Folders {
  readonly iio: string;
  readonly hwmon: string;
}

/** A number that a chip measures. */
export interface Channel {
  readonly quantity: Quantity;
  /** `temp1`, `in_temp_ambient`. */
  readonly name: string;
  readonly label: string | undefined;
  /** The attribute that is read, and how it becomes SI. */
  readonly attribute: string;
  readonly conversion: Conversion;
}

/** A chip with something to measure. */
export interface Chip {
  readonly folder: string;
  /** What it is called: by its driver, by the machine's description, and by where on which bus it is (`1-0076`). */
  readonly names: readonly string[];
  readonly channels: readonly Channel[];
}

/** All chips that measure anything of the surroundings. */
export async function chipsIn({ iio, hwmon }: Folders): Promise<readonly Chip[]> {
  const chips: Chip[] = [];
  for (const id of await namesIn(iio))
    if (/^iio:device\d+$/.test(id)) chips.push(await chipAt(join(iio, id), iioChannel, ''));
  for (const id of await namesIn(hwmon))
    if (/^hwmon\d+$/.test(id)) chips.push(await chipAt(join(hwmon, id), hwmonChannel, 'device'));
  return chips.filter(({ channels }) => channels.length > 0);
}

/**
 * The chip of that name, which may stand at any number.
 * @throws SensoriumError E_DRIVER where there is none, or more than one
 */
export async function findChip(folders: Folders, device: string | undefined): Promise<Chip> {
  const chips = await chipsIn(folders);
  const fitting = device === undefined ? chips : chips.filter(({ names }) => names.includes(device));
  if (fitting.length === 1) return fitting[0];
  const what = device === undefined ? 'chip' : `chip "${device}"`;
  const there = (some: readonly Chip[]): string => some.map(({ names }) => names.join(' ')).join(', ');
  throw new SensoriumError(
    'E_DRIVER',
    fitting.length > 1
      ? `more than one ${what}: say which by its last name: ${there(fitting)}`
      : `no ${what}: there are ${there(chips) || 'none'}`,
    { path: folders.iio },
  );
}

/**
 * A chip's channel of that label or name; without one, the first of that quantity.
 * @throws SensoriumError E_DRIVER
 */
export function channelOf({ folder, channels }: Chip, quantity: Quantity, channel: string | undefined): Channel {
  const known = channels.filter((one) => one.quantity === quantity);
  const found =
    channel === undefined ? known.at(0) : known.find(({ name, label }) => name === channel || label === channel);
  if (found !== undefined) return found;
  const there = known.map(({ name, label = name }) => label).join(', ') || 'none';
  const what = channel === undefined ? quantity : `${quantity} "${channel}"`;
  throw new SensoriumError('E_DRIVER', `no ${what}: there are ${there}`, { path: folder });
}

type ChannelReader = (folder: string, file: string, files: readonly string[]) => Promise<Channel | undefined>;

async function chipAt(folder: string, read: ChannelReader, parent: string): Promise<Chip> {
  const files = await namesIn(folder);
  const channels: Channel[] = [];
  for (const file of files) {
    const channel = await read(folder, file, files);
    if (channel !== undefined) channels.push(channel);
  }
  // IIO stands within the folder of the chip on its bus, hwmon has a link to it.
  const place = await realpath(join(folder, parent)).catch(() => undefined);
  const address = place === undefined ? undefined : basename(parent === '' ? dirname(place) : place);
  const names = [await readAttribute(folder, 'name'), await readAttribute(folder, 'label'), address];
  return { folder, names: names.filter((name) => name !== undefined), channels };
}

function quantityOf(system: 'iio' | 'hwmon', type: string): Quantity | undefined {
  return (Object.keys(UNITS) as Quantity[]).find((quantity) => UNITS[quantity][system] === type);
}

/** `in_temp_input` is in the ABI's unit; (`in_temp_raw` + `in_temp_offset`) x `in_temp_scale` is, too. */
async function iioChannel(folder: string, file: string, files: readonly string[]): Promise<Channel | undefined> {
  const [, name, type, form] = /^(in_([a-z]+)\d*(?:_[a-z0-9]+)*)_(input|raw)$/.exec(file) ?? [];
  if (name === undefined) return undefined;
  const quantity = quantityOf('iio', type);
  if (quantity === undefined || (form === 'raw' && files.includes(`${name}_input`))) return undefined;
  const toSi = (await ownUnitOf(folder, file)) ?? UNITS[quantity].toSi;
  const conversion = form === 'raw' ? after(await scaleOf(folder, name, type), toSi) : toSi;
  return { quantity, name, label: await readAttribute(folder, `${name}_label`), attribute: file, conversion };
}

/** kPa that no air has. */
const NO_AIR = 200;

/**
 * The kernel's driver of the BME680 keeps to units of its own: percent, and hectopascals until it was put right in 2024 ("iio: chemical:
 * bme680: Fix pressure value output", in older kernels as well).
 */
async function ownUnitOf(folder: string, file: string): Promise<Conversion | undefined> {
  if ((await readAttribute(folder, 'name')) !== 'bme680') return undefined;
  if (file === 'in_humidityrelative_input') return { scale: 1e-2, offset: 0 };
  if (file !== 'in_pressure_input') return undefined;
  return Number(await readAttribute(folder, file)) > NO_AIR ? { scale: 100, offset: 0 } : undefined;
}

async function scaleOf(folder: string, name: string, type: string): Promise<Conversion> {
  const scale = await numberOf(folder, [`${name}_scale`, `in_${type}_scale`], 1);
  const offset = await numberOf(folder, [`${name}_offset`, `in_${type}_offset`], 0);
  return { scale, offset: offset * scale };
}

async function hwmonChannel(folder: string, file: string): Promise<Channel | undefined> {
  const [, name, type] = /^(([a-z]+)\d+)_input$/.exec(file) ?? [];
  if (name === undefined) return undefined;
  const quantity = quantityOf('hwmon', type);
  if (quantity === undefined) return undefined;
  const label = await readAttribute(folder, `${name}_label`);
  return { quantity, name, label, attribute: file, conversion: UNITS[quantity].toSi };
}

/** The number in the first of these attributes that there is. */
async function numberOf(folder: string, names: readonly string[], missing: number): Promise<number> {
  for (const name of names) {
    const text = await readAttribute(folder, name);
    if (text === undefined) continue;
    if (text !== '' && Number.isFinite(Number(text))) return Number(text);
    throw new SensoriumError('E_DRIVER', `expected a number, got "${text}"`, { path: join(folder, name) });
  }
  return missing;
}
