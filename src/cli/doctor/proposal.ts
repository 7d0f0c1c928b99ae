import { stringify } from 'yaml';
import type { FoundDevice } from '../../inventory/index.ts';

/** A device, and the drivers that may be for it, the likeliest first. */
export interface Recognised extends FoundDevice {
  readonly drivers: readonly string[];
  /** How that is known: from its own words on the line, from its USB numbers, from its kind. */
  readonly by?: 'probe' | 'usb' | 'kind';
}

/**
 * Devices whose USB numbers are their own. Bridges (CP210x, CH340, FTDI, Prolific) are in everything and say nothing. Numbers from
 * the usb.ids list (linux-usb.org).
 */
const BY_USB: Readonly<Record<string, readonly string[]>> = {
  '1546:01a5': ['gnss'],
  '1546:01a6': ['gnss'],
  '1546:01a7': ['gnss'],
  '1546:01a8': ['gnss'],
  '1546:01a9': ['gnss'],
  '15d1:0000': ['hokuyo'],
  '2639:0001': ['xsens'],
  '2639:0002': ['xsens'],
  '2639:0003': ['xsens'],
  '2639:0013': ['xsens'],
  '2639:0017': ['xsens'],
};

const BY_KIND: Readonly<Record<FoundDevice['kind'], readonly string[]>> = {
  serial: [],
  camera: ['camera'],
  microphone: ['microphone'],
  iio: ['iio', 'environment'],
  // A bus is no device: what is on it is for people to say.
  i2c: [],
};

/** Of what a sensor of Industrial I/O measures, what is read by `iio`; the rest is read by `environment`. */
const MOTION: readonly string[] = ['imu', 'magneticField'];

/** Whether a driver reads anything that the device measures; of one that does not tell, it may. */
function reads(driver: string, { measures }: FoundDevice): boolean {
  if (measures === undefined) return true;
  const moves = measures.some((what) => MOTION.includes(what));
  return driver === 'iio' ? moves : measures.length > 0 && !moves;
}

/** Which drivers of this build may be for a device. @param understood those that understood it when it was listened to */
export function recognise(
  device: FoundDevice,
  types: readonly string[],
  understood: readonly string[] = [],
): Recognised {
  if (understood.length > 0) return { ...device, drivers: understood, by: 'probe' };
  const byUsb = (BY_USB[device.usb ?? ''] ?? []).filter((type) => types.includes(type));
  if (byUsb.length > 0) return { ...device, drivers: byUsb, by: 'usb' };
  const byKind = BY_KIND[device.kind].filter((type) => types.includes(type) && reads(type, device));
  return byKind.length > 0 ? { ...device, drivers: byKind, by: 'kind' } : { ...device, drivers: [] };
}

/** Key under which a driver takes the path of its device. */
const PATH_KEY: Readonly<Record<FoundDevice['kind'], string>> = {
  serial: 'port',
  camera: 'device',
  microphone: 'device',
  iio: 'device',
  i2c: 'bus',
};

/** What a driver has to be told to open a device. */
function settingsOf(driver: string, { kind, id, path, measures = [] }: FoundDevice): object {
  if (driver === 'environment')
    return { device: id, streams: Object.fromEntries(measures.map((quantity) => [quantity, { quantity }])) };
  const settings = { [PATH_KEY[kind]]: path };
  const motion = measures.filter((what) => MOTION.includes(what));
  return motion.includes('magneticField') ? { ...settings, measures: motion } : settings;
}

/**
 * A configuration that runs what was recognised; sources are named after their drivers, streams whose name is taken after their sources.
 * @param streamsOf names of the streams of a source
 * @returns `undefined` where nothing was recognised
 */
export function proposedConfig(
  devices: readonly Recognised[],
  streamsOf: (source: { readonly driver: string }) => readonly string[],
): string | undefined {
  const sources: Record<string, object> = {};
  const streams: Record<string, object> = {};
  const taken = new Set<string>();
  for (const device of devices) {
    const driver = device.drivers.at(0);
    if (driver === undefined) continue;
    let name = driver.replace(/[^A-Za-z0-9_]/g, '_');
    for (let number = 2; name in sources; number += 1) name = `${driver}_${number}`;
    const source = { driver, ...settingsOf(driver, device) };
    sources[name] = source;
    for (const id of streamsOf(source)) {
      if (taken.has(id)) streams[`${name}_${id}`] = { source: `${name}/${id}` };
      taken.add(id);
    }
  }
  if (Object.keys(sources).length === 0) return undefined;
  return stringify(Object.keys(streams).length === 0 ? { sources } : { sources, streams });
}
