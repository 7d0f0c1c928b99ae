import type { FixMeasurement } from '../../../src/frame/index.ts';
import { covarianceByDilution, diagonal, noFix, SERVICE, type FixTime } from '../fix.ts';
import { Calendar, dayOf, timeOfDay } from '../utc.ts';
import { Epochs } from '../epochs.ts';

/*
 * NMEA 0183 as u-blox describes it, "u-blox 8 / u-blox M8 Receiver description including protocol specification"
 * (UBX-13003221), chapter 31, and "F9 high precision GNSS receiver Interface description" (UBX-22008968), chapter 2; quality
 * and mode indicators in E. S. Raymond, "NMEA Revealed" (gpsd). Fields are counted as there: 0 is the address.
 */

type Quality = FixMeasurement['quality'];

/** What a sentence says of a moment. */
interface NmeaPart {
  readonly kind: 'GGA' | 'GNS' | 'RMC' | 'GST' | 'ZDA';
  /** ns since midnight, UTC. */
  readonly moment: number | undefined;
  /** Days since 1970. */
  readonly day?: number;
  readonly latitude?: number;
  readonly longitude?: number;
  /** m above the ellipsoid. */
  readonly altitude?: number;
  readonly quality?: Quality;
  readonly service?: number;
  readonly horizontalDilution?: number;
  readonly covariance?: Float64Array;
}

/** Talkers that are receivers of satellites. */
const TALKERS: Readonly<Record<string, number>> = {
  GN: 0,
  GP: SERVICE.gps,
  GL: SERVICE.glonass,
  GA: SERVICE.galileo,
  GB: SERVICE.beidou,
  BD: SERVICE.beidou,
  GQ: 0,
};

/** Systems by their number in GSA (NMEA 4.11), and by their place among the modes of GNS. */
const SYSTEMS = [SERVICE.gps, SERVICE.glonass, SERVICE.galileo, SERVICE.beidou];

/** GGA. 6, 7 and 8 are dead reckoning, typed in, and simulated; the last is taken at its word. */
const GGA_QUALITY: readonly Quality[] = ['none', 'fix', 'sbas', 'fix', 'gbas', 'gbas', 'none', 'none', 'fix', 'sbas'];
/** Modes of GNS and RMC. */
const MODE_QUALITY: Readonly<Record<string, Quality>> = {
  A: 'fix',
  P: 'fix',
  S: 'fix',
  D: 'sbas',
  F: 'gbas',
  R: 'gbas',
};
const BETTER: readonly Quality[] = ['none', 'fix', 'sbas', 'gbas'];

/** Makes fixes of sentences: GGA or GNS, else RMC; dates of RMC and ZDA; covariances of GST; systems of GSA and GNS. */
export class NmeaReceiver {
  readonly #epochs = new Epochs<NmeaPart>((parts) => this.#assemble(parts));
  readonly #calendar = new Calendar();
  readonly #fix: (time: FixTime, fix: FixMeasurement) => void;
  readonly #rangeError: number | undefined;
  /** Of the latest GSA sentences: systems used, those of the epoch at hand; vertical dilution; whether it has no height. */
  #service: number | undefined;
  #gathered: number | undefined;
  #verticalDilution: number | undefined;
  #isFlat = false;

  constructor(rangeError: number | undefined, fix: (time: FixTime, fix: FixMeasurement) => void) {
    this.#rangeError = rangeError;
    this.#fix = fix;
  }

  /** @param text what stands between `$` and `*` */
  sentence(text: string): void {
    const talker = TALKERS[text.slice(0, 2)] as number | undefined;
    if (talker === undefined || text[5] !== ',') return;
    const fields = text.split(',');
    const type = text.slice(2, 5);
    if (type === 'GSA') this.#dilution(fields, talker);
    const part = partOf(type, fields, talker);
    if (part !== undefined) this.#epochs.add(part);
  }

  /** Nothing more comes of this moment. */
  silence(): void {
    this.#epochs.close();
  }

  /** Satellite systems used, by the latest GSA sentences; 0: not told. */
  get service(): number {
    return this.#service ?? 0;
  }

  #dilution(fields: readonly string[], talker: number): void {
    const satellites = fields.slice(3, 15).filter((field) => field !== '');
    const system = fields.length > 18 ? (SYSTEMS[parseInt(fields[18], 16) - 1] ?? 0) : talker;
    const bits = satellites.reduce((all, field) => all | (system === 0 ? systemOf(Number(field)) : system), 0);
    this.#gathered = (this.#gathered ?? 0) | bits;
    this.#verticalDilution = numberOf(fields[17]);
    this.#isFlat = fields[2] === '2';
  }

  #assemble(parts: ReadonlyMap<string, NmeaPart>): void {
    this.#service = this.#gathered ?? this.#service;
    this.#gathered = undefined;
    const [gga, gns, rmc, gst, zda] = ['GGA', 'GNS', 'RMC', 'GST', 'ZDA'].map((kind) => parts.get(kind));
    const place = gga ?? gns ?? rmc;
    if (place === undefined) return;
    const { moment, latitude, longitude, altitude, quality = 'none' } = place;
    const service = gns?.service ?? this.#service ?? place.service ?? 0;
    const hasFix = quality !== 'none' && latitude !== undefined && longitude !== undefined;
    const time = this.#calendar.take(moment, rmc?.day ?? zda?.day, hasFix);
    if (!hasFix) {
      this.#fix(time, noFix(service));
      return;
    }
    const horizontalDilution = (gga ?? gns)?.horizontalDilution;
    const covariance =
      gst?.covariance ?? covarianceByDilution(this.#rangeError, horizontalDilution, this.#verticalDilution);
    this.#fix(time, {
      kind: 'fix',
      latitude,
      longitude,
      ...(altitude === undefined || this.#isFlat ? {} : { altitude }),
      quality,
      service,
      ...(covariance === undefined ? {} : { covariance }),
    });
  }
}

function partOf(type: string, fields: readonly string[], talker: number): NmeaPart | undefined {
  const moment = momentOf(fields[1]);
  switch (type) {
    case 'GGA': {
      const quality = GGA_QUALITY[numberOf(fields[6]) ?? 0] ?? 'none';
      return {
        kind: type,
        moment,
        ...placeOf(fields, 2),
        altitude: sumOf(fields[9], fields[11]),
        quality,
        service: talker,
        horizontalDilution: numberOf(fields[8]),
      };
    }
    case 'GNS': {
      const modes = [...(fields[6] ?? '')];
      const used = modes.reduce((bits, mode, i) => bits | (mode in MODE_QUALITY ? (SYSTEMS[i] ?? 0) : 0), 0);
      const ranks = modes.map((mode) => BETTER.indexOf(MODE_QUALITY[mode] ?? 'none'));
      return {
        kind: type,
        moment,
        ...placeOf(fields, 2),
        altitude: sumOf(fields[9], fields[10]),
        quality: BETTER[Math.max(0, ...ranks)],
        service: used,
        horizontalDilution: numberOf(fields[8]),
      };
    }
    case 'RMC': {
      const mode = fields[12] ?? '';
      const quality = fields[2] === 'A' ? (mode === '' ? 'fix' : (MODE_QUALITY[mode] ?? 'none')) : 'none';
      return { kind: type, moment, ...placeOf(fields, 3), quality, service: talker, day: shortDate(fields[9] ?? '') };
    }
    case 'GST': {
      // The ellipse is left: receivers' ellipses and deviations contradict each other (116 m and 32 m beside 44 m and 20 m).
      const [north, east, up] = fields.slice(6, 9).map((field) => squareOf(numberOf(field)));
      return { kind: type, moment, covariance: diagonal(east, north, up) };
    }
    case 'ZDA': {
      const [day, month, year] = fields.slice(2, 5).map(numberOf);
      const isWhole = day !== undefined && month !== undefined && year !== undefined;
      return { kind: type, moment, day: isWhole ? dayOf(year, month, day) : undefined };
    }
    default:
      return undefined;
  }
}

/** GPS satellites of receivers that number those of all systems in one row: NMEA's numbers, and u-blox's extended ones. */
function systemOf(satellite: number): number {
  if (satellite >= 1 && satellite <= 32) return SERVICE.gps;
  if (satellite >= 65 && satellite <= 96) return SERVICE.glonass;
  if (satellite >= 301 && satellite <= 336) return SERVICE.galileo;
  return satellite >= 401 && satellite <= 437 ? SERVICE.beidou : 0;
}

function numberOf(field: string | undefined): number | undefined {
  if (field === undefined || field === '') return undefined;
  const value = Number(field);
  return Number.isFinite(value) ? value : undefined;
}

function squareOf(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * value;
}

/** Height above the sea and of the sea above the ellipsoid. */
function sumOf(height: string | undefined, separation: string | undefined): number | undefined {
  const [a, b] = [numberOf(height), numberOf(separation)];
  return a === undefined || b === undefined ? undefined : a + b;
}

/** `hhmmss.sss` as ns since midnight. */
function momentOf(field: string | undefined): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(?:\.(\d{0,9}))?$/.exec(field ?? '');
  if (match === null) return undefined;
  const [hour, minute, second] = match.slice(1, 4).map(Number);
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return timeOfDay(hour, minute, second, Number((match[4] ?? '').padEnd(9, '0')));
}

/** `ddmmyy`; GPS began in 1980. */
function shortDate(field: string): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)$/.exec(field);
  if (match === null) return undefined;
  const [day, month, year] = match.slice(1).map(Number);
  return dayOf(year + (year >= 80 ? 1900 : 2000), month, day);
}

function placeOf(fields: readonly string[], from: number): { latitude?: number; longitude?: number } {
  const latitude = degreesOf(fields[from], 90, fields[from + 1] === 'S');
  const longitude = degreesOf(fields[from + 2], 180, fields[from + 3] === 'W');
  return latitude === undefined || longitude === undefined ? {} : { latitude, longitude };
}

/** `dddmm.mmmm`. */
function degreesOf(field: string | undefined, limit: number, isNegative: boolean): number | undefined {
  const match = /^(\d{1,3})(\d\d(?:\.\d*)?)$/.exec(field ?? '');
  if (match === null) return undefined;
  const degrees = Number(match[1]) + Number(match[2]) / 60;
  if (degrees > limit) return undefined;
  return isNegative ? -degrees : degrees;
}
