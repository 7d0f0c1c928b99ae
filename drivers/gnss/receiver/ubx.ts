import type { FixMeasurement } from '../../../src/frame/index.ts';
import { Epochs } from '../epochs.ts';
import { diagonal, noFix, type FixTime } from '../fix.ts';
import { dayOf, timeOfDay, unixOf } from '../utc.ts';

/*
 * u-blox, "F9 high precision GNSS receiver Interface description" (UBX-22008968), 3.15: NAV-PVT, NAV-COV, NAV-HPPOSLLH,
 * NAV-EOE; NAV-PVT also as of protocol 15 in "u-blox 8 / u-blox M8 Receiver description" (UBX-13003221). Little endian.
 * NAV-PVT's accuracies are the roots of sums of NAV-COV's variances: hAcc² = east + north, vAcc² = down.
 */

/** Position, velocity and time. */
export const NAV_PVT = 0x0107;
const NAV_HPPOSLLH = 0x0114;
const NAV_COV = 0x0136;
const NAV_EOE = 0x0161;

type UbxPart =
  | { readonly kind: 'PVT'; readonly moment: number; readonly time: FixTime; readonly fix: FixMeasurement }
  | { readonly kind: 'COV'; readonly moment: number; readonly covariance: Float64Array | undefined }
  | {
      readonly kind: 'HPPOSLLH';
      readonly moment: number;
      readonly isValid: boolean;
      readonly latitude: number;
      readonly longitude: number;
      readonly altitude: number;
    };

/** Makes fixes of NAV-PVT, with the covariance of NAV-COV and the last digits of NAV-HPPOSLLH where those are on. */
export class UbxReceiver {
  readonly #epochs: Epochs<UbxPart>;

  constructor(fix: (time: FixTime, fix: FixMeasurement) => void) {
    this.#epochs = new Epochs((parts) => {
      const pvt = parts.get('PVT');
      if (pvt?.kind === 'PVT') fix(pvt.time, refined(pvt.fix, parts));
    });
  }

  message(type: number, payload: DataView): void {
    if (type === NAV_EOE) this.#epochs.close();
    const part = partOf(type, payload);
    if (part !== undefined) this.#epochs.add(part);
  }

  /** Nothing more comes of this moment. */
  silence(): void {
    this.#epochs.close();
  }
}

function refined(fix: FixMeasurement, parts: ReadonlyMap<string, UbxPart>): FixMeasurement {
  if (fix.quality === 'none') return fix;
  const [cov, precise] = [parts.get('COV'), parts.get('HPPOSLLH')];
  const covariance = cov?.kind === 'COV' ? cov.covariance : undefined;
  const isPrecise = precise?.kind === 'HPPOSLLH' && precise.isValid;
  return {
    ...fix,
    ...(isPrecise ? { latitude: precise.latitude, longitude: precise.longitude } : {}),
    ...(isPrecise && fix.altitude !== undefined ? { altitude: precise.altitude } : {}),
    ...(covariance === undefined ? {} : { covariance }),
  };
}

function partOf(type: number, payload: DataView): UbxPart | undefined {
  const { byteLength: length } = payload;
  if (type === NAV_PVT && length >= 84) return positionOf(payload);
  if (type === NAV_COV && length >= 64) return covarianceOf(payload);
  return type === NAV_HPPOSLLH && length >= 36 ? preciseOf(payload) : undefined;
}

function positionOf(payload: DataView): UbxPart {
  const moment = payload.getUint32(0, true);
  const [fixType, flags] = [payload.getUint8(20), payload.getUint8(21)];
  const isOk = (flags & 0x01) !== 0 && fixType >= 2 && fixType <= 4 && (payload.getUint16(78, true) & 0x01) === 0;
  const time = timeOf(payload);
  if (!isOk) return { kind: 'PVT', moment, time, fix: noFix() };
  const isCarrier = flags >> 6 !== 0;
  const plane = (payload.getUint32(40, true) / 1000) ** 2 / 2;
  const up = (payload.getUint32(44, true) / 1000) ** 2;
  return {
    kind: 'PVT',
    moment,
    time,
    fix: {
      kind: 'fix',
      latitude: payload.getInt32(28, true) * 1e-7,
      longitude: payload.getInt32(24, true) * 1e-7,
      // With three satellites the height is assumed, not measured.
      ...(fixType === 2 ? {} : { altitude: payload.getInt32(32, true) / 1000 }),
      quality: isCarrier ? 'gbas' : (flags & 0x02) === 0 ? 'fix' : 'sbas',
      service: 0,
      covariance: diagonal(plane, plane, up),
    },
  };
}

function timeOf(payload: DataView): FixTime {
  const valid = payload.getUint8(11);
  if ((valid & 0x03) !== 0x03) return 'no time: the receiver does not know it yet';
  // Before the leap seconds were received, UTC may be off by some of them.
  if ((valid & 0x04) === 0) return 'no time: leap seconds are not known yet';
  const day = dayOf(payload.getUint16(4, true), payload.getUint8(6), payload.getUint8(7));
  if (day === undefined) return 'no time: no such date';
  const [hour, minute, second] = [payload.getUint8(8), payload.getUint8(9), payload.getUint8(10)];
  return unixOf(day, timeOfDay(hour, minute, second, payload.getInt32(16, true)));
}

/** North, east, down becomes east, north, up. */
function covarianceOf(payload: DataView): UbxPart {
  const moment = payload.getUint32(0, true);
  const isKnown = payload.getUint8(4) === 0 && payload.getUint8(5) === 1;
  const [nn, ne, nd, ee, ed, dd] = [16, 20, 24, 28, 32, 36].map((at) => payload.getFloat32(at, true));
  return {
    kind: 'COV',
    moment,
    covariance: isKnown ? Float64Array.of(ee, ne, -ed, ne, nn, -nd, -ed, -nd, dd) : undefined,
  };
}

function preciseOf(payload: DataView): UbxPart {
  const fine = (at: number, fineAt: number): number => payload.getInt32(at, true) + payload.getInt8(fineAt) / 100;
  return {
    kind: 'HPPOSLLH',
    moment: payload.getUint32(4, true),
    isValid: (payload.getUint8(3) & 0x01) === 0,
    longitude: fine(8, 24) * 1e-7,
    latitude: fine(12, 25) * 1e-7,
    altitude: (payload.getInt32(16, true) + payload.getInt8(26) / 10) / 1000,
  };
}
