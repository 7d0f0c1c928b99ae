import { LineCutter, type DeviceOutput, type DeviceSession } from '../../../src/device/index.ts';
import type { FixMeasurement } from '../../../src/frame/index.ts';
import { Epochs, type EpochPart } from '../epochs.ts';
import { covarianceByDilution, diagonal, FixReporter, noFix, SERVICE, STREAM } from '../fix.ts';
import { isObject, numberIn, textIn, type JsonObject } from './json.ts';

/*
 * gpsd's clients' protocol: one JSON object a line, told apart by `class`. gpsd, "gpsd_json(5)" for protocol 3.
 */

const WATCH = new TextEncoder().encode('?WATCH={"enable":true,"json":true};\n');
/** Bytes; gpsd's own limit of a report is 10 kB. */
const LONGEST_LINE = 65_536;
/** Ticks without a byte after which an epoch is over: 0.2 to 0.3 s. */
const SILENT_TICKS = 3;

/** TPV and GST of one moment: Unix time, ns. */
interface GpsdPart extends EpochPart {
  readonly kind: 'TPV' | 'GST';
  readonly moment: bigint | undefined;
  readonly report: JsonObject;
}

/** gnssid. */
const SYSTEMS: readonly number[] = [SERVICE.gps, 0, SERVICE.galileo, SERVICE.beidou, 0, 0, SERVICE.glonass];

/** `status` of TPV: 2 is differential, 3 and 4 real-time kinematic, 5 dead reckoning. Absent, or another: an ordinary fix. */
const STATUS_QUALITY: Readonly<Record<number, FixMeasurement['quality']>> = {
  2: 'sbas',
  3: 'gbas',
  4: 'gbas',
  5: 'none',
};

/** What is asked of gpsd. */
export interface GpsdOptions {
  /** Path of the one device that counts, as gpsd names it; unset: the first that reports. */
  readonly device: string | undefined;
  /** See covarianceByDilution. */
  readonly rangeError: number | undefined;
}

/** Asks gpsd for reports and makes fixes of them. */
export function createDecoder({ device, rangeError }: GpsdOptions, output: DeviceOutput): DeviceSession {
  const reporter = new FixReporter(output);
  let chosen = device;
  let service = 0;
  let dilution: { readonly horizontal?: number; readonly vertical?: number } = {};
  let silentTicks = 0;

  const epochs = new Epochs<GpsdPart>((parts) => {
    const tpv = parts.get('TPV');
    if (tpv === undefined) return;
    const time = tpv.moment ?? 'no time: the receiver does not know it yet';
    const gst = parts.get('GST')?.report;
    const covariance =
      (gst && diagonal(squareOf(gst, 'lon'), squareOf(gst, 'lat'), squareOf(gst, 'alt'))) ??
      covarianceByDilution(rangeError, dilution.horizontal, dilution.vertical);
    reporter.fix(time, fixOf(tpv.report, service, covariance));
  });

  function take(report: JsonObject): void {
    output.alive();
    const kind = report['class'];
    if (kind === 'ERROR') return reporter.complain(`gpsd: ${textIn(report, 'message') ?? 'error'}`);
    if (kind === 'DEVICES' && Array.isArray(report['devices']) && report['devices'].length === 0)
      return reporter.complain('gpsd has no receiver: is it plugged in, and does gpsd know of it?');
    if (kind !== 'TPV' && kind !== 'GST' && kind !== 'SKY') return;
    const path = textIn(report, 'device');
    chosen ??= path;
    if (path !== chosen) return;
    if (kind === 'SKY') look(report);
    else epochs.add({ kind, moment: momentOf(textIn(report, 'time')), report });
  }

  function look(sky: JsonObject): void {
    dilution = { horizontal: numberIn(sky, 'hdop'), vertical: numberIn(sky, 'vdop') };
    const { satellites } = sky;
    if (!Array.isArray(satellites)) return;
    service = satellites
      .filter((one): one is JsonObject => isObject(one) && one['used'] === true)
      .reduce((bits, one) => bits | systemOf(one), 0);
  }

  const lines = new LineCutter(LONGEST_LINE, {
    line(text) {
      try {
        const report: unknown = JSON.parse(text);
        if (isObject(report) && typeof report['class'] === 'string') return take(report);
      } catch {
        // Counted below.
      }
      output.dropped(STREAM.id, 'malformed');
    },
    tooLong: () => output.dropped(STREAM.id, 'too long'),
  });

  return {
    opened: (write) => write(WATCH),
    bytes(chunk) {
      silentTicks = 0;
      lines.bytes(chunk);
    },
    tick() {
      silentTicks += 1;
      if (silentTicks === SILENT_TICKS) epochs.close();
    },
  };
}

function fixOf(tpv: JsonObject, service: number, covariance: Float64Array | undefined): FixMeasurement {
  const [latitude, longitude, mode] = ['lat', 'lon', 'mode'].map((name) => numberIn(tpv, name));
  const quality = STATUS_QUALITY[numberIn(tpv, 'status') ?? 1] ?? 'fix';
  if (mode === undefined || mode < 2 || latitude === undefined || longitude === undefined || quality === 'none')
    return noFix(service);
  // With three satellites the height is assumed, not measured. "alt" is deprecated: nobody knows what it is above.
  const altitude = mode === 2 ? undefined : (numberIn(tpv, 'altHAE') ?? sumIn(tpv, 'altMSL', 'geoidSep'));
  return {
    kind: 'fix',
    latitude,
    longitude,
    ...(altitude === undefined ? {} : { altitude }),
    quality,
    service,
    ...(covariance === undefined ? {} : { covariance }),
  };
}

/** gpsd before 3.18 tells only numbers: NMEA's, and u-blox's extended ones. */
function systemOf(satellite: JsonObject): number {
  const system = numberIn(satellite, 'gnssid');
  if (system !== undefined) return SYSTEMS[system] ?? 0;
  const number = numberIn(satellite, 'PRN') ?? 0;
  if (number >= 1 && number <= 32) return SERVICE.gps;
  if (number >= 65 && number <= 96) return SERVICE.glonass;
  if (number >= 301 && number <= 336) return SERVICE.galileo;
  return number >= 401 && number <= 437 ? SERVICE.beidou : 0;
}

/** `2021-08-13T09:12:40.000Z` as Unix time, ns. */
function momentOf(time: string | undefined): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(time ?? '');
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}Z`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}

function squareOf(report: JsonObject, name: string): number | undefined {
  const value = numberIn(report, name);
  return value === undefined ? undefined : value * value;
}

function sumIn(report: JsonObject, a: string, b: string): number | undefined {
  const [first, second] = [numberIn(report, a), numberIn(report, b)];
  return first === undefined || second === undefined ? undefined : first + second;
}
