import type { DeviceOutput } from '../../../src/device/index.ts';
import { Sweep } from '../sweep.ts';
import { DENSE, EXPRESS, STANDARD, type ScanFormat } from './protocol.ts';

/** What the turns of a scan have in common. */
export interface TurnOptions {
  readonly format: ScanFormat;
  /** s between two points. */
  readonly sampleTime: number;
  /** Expected turns a second: they decide how many rays a sweep has. */
  readonly turnRate: number;
  /** m. */
  readonly rangeMin: number;
  readonly rangeMax: number;
}

/** More than any of them turns, Hz: two capsules that are further apart than this are not neighbours. */
const FASTEST_TURN_RATE = 40;

/** Makes turns of the packets of one scan. */
export class Turns {
  readonly #options: TurnOptions;
  readonly #sweep: Sweep;
  /** The capsule before, whose angles are known once the next one has come. */
  readonly #before = new Uint8Array(EXPRESS.length);
  readonly #view = new DataView(this.#before.buffer);
  #hasBefore = false;
  /** Angle of the last point of a capsule, degrees. */
  #angle = 0;
  /** Points since the turn began, and the angle that they took, degrees. */
  #points = 0;
  #span = 0;

  constructor(options: TurnOptions, output: DeviceOutput) {
    const { format, sampleTime, turnRate, rangeMin, rangeMax } = options;
    this.#options = options;
    const rays = Math.max(1, Math.round(1 / (sampleTime * turnRate)));
    this.#sweep = new Sweep({ stream: 'scan', rays, rangeMin, rangeMax, hasIntensities: format === STANDARD }, output);
  }

  packet(packet: DataView): void {
    if (this.#options.format === STANDARD) this.#point(packet);
    else this.#capsule(packet);
  }

  /** Packets are missing. */
  lost(): void {
    this.#hasBefore = false;
  }

  /** Quality and start of a turn; angle, 1/64 degree; distance, 1/4 mm (LR001, SCAN). */
  #point(packet: DataView): void {
    if ((packet.getUint8(0) & 1) === 1) {
      this.#sweep.turn(undefined, this.#points * this.#options.sampleTime);
      this.#points = 0;
    }
    this.#points += 1;
    const angle = (packet.getUint16(1, true) >> 1) / 64;
    this.#sweep.add(angle / 360, packet.getUint16(3, true) / 4000, packet.getUint8(0) >> 2);
  }

  #capsule(packet: DataView): void {
    const { format, sampleTime } = this.#options;
    const isFirst = (packet.getUint16(2, true) & 0x8000) !== 0;
    if (this.#hasBefore && !isFirst) {
      const start = startOf(this.#view);
      const span = (startOf(packet) - start + 360) % 360;
      // The one between may have been lost.
      if (span <= format.points * sampleTime * FASTEST_TURN_RATE * 360) this.#unpack(start, span);
    }
    this.#hasBefore = true;
    this.#before.set(new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength));
  }

  #unpack(start: number, span: number): void {
    const { points } = this.#options.format;
    for (let i = 0; i < points; i += 1) {
      const angle = (start + (span * i) / points) % 360;
      if (angle < this.#angle - 180) this.#turn();
      this.#angle = angle;
      if (this.#options.format === DENSE) this.#sweep.add(angle / 360, this.#view.getUint16(4 + 2 * i, true) / 1000, 0);
      else this.#cabin(i, angle);
      this.#points += 1;
      this.#span += span / points;
    }
  }

  /**
   * Two points in five bytes: distances in mm above two bits each, the high ones of how much the angle is less, 1/8 degree;
   * its low bits are in the fifth byte (LR001, EXPRESS_SCAN).
   */
  #cabin(point: number, angle: number): void {
    const at = 4 + 5 * (point >> 1);
    const word = this.#view.getUint16(at + 2 * (point & 1), true);
    const low = this.#view.getUint8(at + 4);
    const less = (((word & 3) << 4) | ((point & 1) === 0 ? low & 0xf : low >> 4)) / 8;
    this.#sweep.add(((angle - less + 360) % 360) / 360, (word >> 2) / 1000, 0);
  }

  /** The time of a turn follows from the speed: points may have been lost. */
  #turn(): void {
    const perDegree = this.#span === 0 ? 0 : (this.#points * this.#options.sampleTime) / this.#span;
    this.#sweep.turn(undefined, 360 * perDegree);
    [this.#points, this.#span] = [0, 0];
  }
}

/** Degrees. */
function startOf(capsule: DataView): number {
  return ((capsule.getUint16(2, true) & 0x7fff) / 64) % 360;
}
