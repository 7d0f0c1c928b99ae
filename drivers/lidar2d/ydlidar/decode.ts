import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import { Dialogue, type Question } from '../dialogue.ts';
import { Sweep } from '../sweep.ts';
import { Window } from '../window.ts';
import {
  ANSWER,
  ANSWERS,
  correctionOf,
  DESCRIPTOR,
  HEAD,
  HEADER,
  MOST_SAMPLES,
  REQUESTS,
  SAMPLE,
  sumOf,
} from './protocol.ts';

/** What differs between the models. */
export interface YdlidarModel {
  readonly baudRate: number;
  /** Whether it is silent until it is told to scan. */
  readonly mustBeTold: boolean;
  /** Points a second. */
  readonly pointRate: number;
  /** Turns a second as it leaves the factory. */
  readonly turnRate: number;
  /** m. */
  readonly rangeMin: number;
  readonly rangeMax: number;
}

/** Tells a scanner to scan, where it has to be told, and makes sweeps of its packets. */
export function createDecoder(model: YdlidarModel, output: DeviceOutput): DeviceSession {
  const { pointRate, turnRate, rangeMin, rangeMax, mustBeTold } = model;
  const rays = Math.max(1, Math.round(pointRate / turnRate));
  const sweep = new Sweep({ stream: 'scan', rays, rangeMin, rangeMax, hasIntensities: false }, output);
  const window = new Window(HEAD + SAMPLE * MOST_SAMPLES);
  let isInStep = false;
  /** Angle of the last sample, degrees, before its correction; `undefined` until there is one. */
  let lastAngle: number | undefined;
  let points = 0;
  /** Turns a second that the device last said it makes; 0: it does not say. */
  let saidTurnRate = 0;

  const info: Question = { ask: () => REQUESTS.info, tries: 2 };
  const scan: Question = { ask: () => REQUESTS.scan, tries: 4 };
  const dialogue = new Dialogue(mustBeTold ? [info, scan] : [], () => (mustBeTold ? [REQUESTS.stop] : []));

  function take(packet: DataView): void {
    const type = packet.getUint8(2);
    if ((type & 1) === 1) saidTurnRate = (type >> 1) / 10;
    const samples = packet.getUint8(3);
    const start = angleOf(packet.getUint16(4, true));
    const span = (angleOf(packet.getUint16(6, true)) - start + 360) % 360;
    for (let i = 0; i < samples; i += 1) {
      const angle = (start + (samples === 1 ? 0 : (span * i) / (samples - 1))) % 360;
      if (lastAngle !== undefined && angle < lastAngle - 180) turn();
      lastAngle = angle;
      points += 1;
      const distance = packet.getUint16(HEAD + SAMPLE * i, true) / 4;
      sweep.add(((angle + correctionOf(distance) + 360) % 360) / 360, distance / 1000, 0);
    }
  }

  function turn(): void {
    sweep.turn(undefined, saidTurnRate > 0 ? 1 / saidTurnRate : points / pointRate);
    points = 0;
  }

  function next(from: number, length: number): number {
    const { bytes } = window;
    if (bytes[from] === HEADER[0]) {
      if (length < 4) return 0;
      const size = HEAD + SAMPLE * bytes[from + 3];
      if (bytes[from + 1] === HEADER[1] && size > HEAD) {
        if (length < size) return 0;
        const packet = window.view(from, size);
        if (sumOf(packet) === packet.getUint16(8, true)) {
          isInStep = true;
          dialogue.answered(scan);
          output.alive();
          take(packet);
          return size;
        }
      }
    } else if (bytes[from] === ANSWER[0]) {
      if (length < DESCRIPTOR) return 0;
      if (bytes[from + 1] === ANSWER[1] && isAnswered(bytes[from + DESCRIPTOR - 1])) {
        isInStep = false;
        output.alive();
        return DESCRIPTOR;
      }
    }
    if (isInStep) output.dropped('scan', 'checksum');
    isInStep = false;
    return 1;
  }

  function isAnswered(type: number): boolean {
    if (type === ANSWERS.info) dialogue.answered(info);
    if (type === ANSWERS.scan) dialogue.answered(scan);
    return type === ANSWERS.info || type === ANSWERS.scan;
  }

  return {
    opened: (write) => dialogue.opened(write),
    bytes: (chunk) => window.read(chunk, next),
    tick: (now) => dialogue.tick(now),
    closing(write) {
      if (mustBeTold) write(REQUESTS.stop);
    },
  };
}

/** Degrees. */
function angleOf(word: number): number {
  return ((word >> 1) / 64) % 360;
}
