import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { rangeIn } from '../room.ts';
import { ANSWER, ANSWERS, correctionOf, HEAD, HEADER, REQUESTS, SAMPLE, sumOf } from './protocol.ts';

const POINT_RATE = 5000;
const TURN_RATE = 7;
/** Degrees a point. */
const STEP = (360 * TURN_RATE) / POINT_RATE;
/** Samples of a packet, but for the first of a turn, which has one, and the last. */
const SAMPLES = 40;
/** Model X4, firmware 1.5, hardware 1, serial number. */
const IDENTITY = [6, 5, 1, 1, ...Array.from({ length: 16 }, (_, i) => i % 10)];

/** An X4 in a room: silent until it is told to scan. */
export const ydlidarEmulator: EmulatorDefinition = {
  device: 'ydlidar',
  summary: 'a YDLIDAR X4 in a room of 6 m x 4 m',
  line: { kind: 'serial', baudRate: 128_000 },
  create: createScanner,
};

function createScanner() {
  const said: Uint8Array[] = [];
  let heard: number[] = [];
  let now = 0;
  /** When it began, s, and the next point. */
  let scan: { readonly since: number; next: number } | undefined;

  function obey(request: number): void {
    if (request === REQUESTS.stop[1]) scan = undefined;
    if (request === REQUESTS.info[1]) said.push(answerOf(ANSWERS.info, IDENTITY.length, 0), Uint8Array.from(IDENTITY));
    if (request === REQUESTS.scan[1]) {
      said.push(answerOf(ANSWERS.scan, 5, 1));
      scan = { since: now, next: 0 };
    }
  }

  return {
    told(bytes: Uint8Array) {
      heard = [...heard, ...bytes].slice(-64);
      while (heard.length >= 2) {
        const [first, second] = heard;
        heard = heard.slice(first === REQUESTS.scan[0] ? 2 : 1);
        if (first === REQUESTS.scan[0]) obey(second);
      }
    },
    until(seconds: number) {
      now = seconds;
      while (scan !== undefined) {
        const samples = samplesFrom(scan.next);
        if (scan.since + (scan.next + samples) / POINT_RATE > now) break;
        said.push(packetOf(scan.next, samples));
        scan.next += samples;
      }
      return concatenated(said.splice(0));
    },
  };
}

/** The turn that a point belongs to. */
function turnOf(point: number): number {
  return Math.floor((point * TURN_RATE) / POINT_RATE);
}

function samplesFrom(point: number): number {
  if (turnOf(point) !== turnOf(point - 1)) return 1;
  const nextTurn = Math.ceil(((turnOf(point) + 1) * POINT_RATE) / TURN_RATE);
  return Math.min(SAMPLES, nextTurn - point);
}

function packetOf(first: number, samples: number): Uint8Array {
  const packet = new Uint8Array(HEAD + SAMPLE * samples);
  const view = new DataView(packet.buffer);
  const angleOf = (point: number): number => (point * STEP) % 360;
  const wordOf = (degrees: number): number => (Math.floor(degrees * 64) << 1) | 1;
  packet.set(HEADER);
  packet[2] = samples === 1 ? ((10 * TURN_RATE) << 1) | 1 : 0;
  packet[3] = samples;
  view.setUint16(4, wordOf(angleOf(first)), true);
  view.setUint16(6, wordOf(angleOf(first + samples - 1)), true);
  for (let i = 0; i < samples; i += 1) {
    view.setUint16(HEAD + SAMPLE * i, Math.round(4 * distanceAt(angleOf(first + i))), true);
  }
  view.setUint16(8, sumOf(view), true);
  return packet;
}

/** mm. The direction depends on the distance, which depends on the direction. @param angle degrees, clockwise, uncorrected */
function distanceAt(angle: number): number {
  let distance = 2000;
  for (let i = 0; i < 4; i += 1) distance = 1000 * rangeIn((-(angle + correctionOf(distance)) * Math.PI) / 180);
  return distance;
}

function answerOf(type: number, length: number, mode: 0 | 1): Uint8Array {
  return Uint8Array.of(...ANSWER, length, 0, 0, mode << 6, type);
}
