import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { rangeIn } from '../room.ts';
import {
  ANSWERS,
  COMMANDS,
  DENSE,
  ENTRIES,
  exclusiveOr,
  EXPRESS,
  STANDARD,
  SYNC,
  type ScanFormat,
} from './protocol.ts';

/** How the device is made. */
interface Make {
  readonly turnRate: number;
  /** Points a second. */
  readonly pointRate: Readonly<Record<ScanFormat['name'], number>>;
  /** Its typical mode, and what it answers to EXPRESS_SCAN. */
  readonly typicalMode: number;
  readonly express: ScanFormat;
  readonly identity: readonly number[];
}

const A1: Make = {
  turnRate: 5.5,
  pointRate: { standard: 2000, express: 4000, dense: 4000 },
  typicalMode: 1,
  express: EXPRESS,
  // Model, firmware 1.29, hardware 7, serial number.
  identity: [0x18, 29, 1, 7, ...Array.from({ length: 16 }, (_, i) => i)],
};

const C1: Make = {
  turnRate: 10,
  pointRate: { standard: 5000, express: 5000, dense: 5000 },
  typicalMode: 1,
  express: DENSE,
  identity: [0x41, 1, 1, 18, ...Array.from({ length: 16 }, (_, i) => i)],
};

/** How much less the direction of a point is than its place in an express capsule says, 1/8 degree. */
const LESS = 20;
const TEXT = new TextEncoder();

/** An A1 in a room: silent until it is told to scan. */
export const rplidarEmulator = emulatorOf(A1, 'an RPLIDAR A1 in a room of 6 m x 4 m', 115_200);
/** A C1, with dense capsules. */
export const denseEmulator = emulatorOf(C1, 'an RPLIDAR C1 in a room of 6 m x 4 m', 460_800);

function emulatorOf(make: Make, summary: string, baudRate: number): EmulatorDefinition {
  return { device: 'rplidar', summary, line: { kind: 'serial', baudRate }, create: () => createScanner(make) };
}

function createScanner(make: Make) {
  const said: Uint8Array[] = [];
  let heard: number[] = [];
  let now = 0;
  let scan: { readonly format: ScanFormat; readonly since: number; packets: number } | undefined;

  function answer(type: number, payload: readonly number[]): void {
    said.push(descriptorOf(type, payload.length, 0), Uint8Array.from(payload));
  }

  function begin(format: ScanFormat): void {
    said.push(descriptorOf(format.type, format.length, 1));
    scan = { format, since: now, packets: 0 };
  }

  function obey(command: number, payload: readonly number[]): void {
    const { pointRate } = make;
    switch (command) {
      case COMMANDS.reset:
        said.push(TEXT.encode('RP LIDAR System.\r\nFirmware Ver 1.29 - HW Ver 7\r\n'));
        scan = undefined;
        break;
      case COMMANDS.stop:
        scan = undefined;
        break;
      case COMMANDS.health:
        answer(ANSWERS.health, [0, 0, 0]);
        break;
      case COMMANDS.info:
        answer(ANSWERS.info, make.identity);
        break;
      case COMMANDS.sampleRate:
        answer(ANSWERS.sampleRate, [...little(1e6 / pointRate.standard, 2), ...little(1e6 / pointRate.express, 2)]);
        break;
      case COMMANDS.configuration: {
        const which = payload.slice(0, 4);
        if (which[0] === ENTRIES.typicalMode) answer(ANSWERS.configuration, [...which, make.typicalMode, 0]);
        else answer(ANSWERS.configuration, [...which, ...little(256e6 / pointRate[make.express.name], 4)]);
        break;
      }
      case COMMANDS.scan:
        begin(STANDARD);
        break;
      case COMMANDS.expressScan:
        begin(make.express);
    }
  }

  /** Takes whole requests from what was heard; what has a wrong sum is not obeyed. */
  function listen(): void {
    while (heard.length >= 2) {
      const size = (heard[1] & 0x80) === 0 ? 2 : 4 + heard[2];
      if (heard[0] !== SYNC) heard.shift();
      else if (!(heard.length >= size)) return;
      else {
        const whole = heard.splice(0, size);
        if (size === 2 || exclusiveOr(whole) === 0) obey(whole[1], whole.slice(3, -1));
      }
    }
  }

  return {
    told(bytes: Uint8Array) {
      heard = [...heard, ...bytes].slice(-1024);
      listen();
    },
    until(seconds: number) {
      now = seconds;
      if (scan !== undefined) {
        const { format, since } = scan;
        const due = Math.floor(((now - since) * make.pointRate[format.name]) / format.points);
        for (; scan.packets < due; scan.packets += 1) said.push(packetOf(make, format, scan.packets));
      }
      return concatenated(said.splice(0));
    },
  };
}

function packetOf({ turnRate, pointRate }: Make, format: ScanFormat, number: number): Uint8Array {
  const packet = new Uint8Array(format.length);
  const view = new DataView(packet.buffer);
  const step = (360 * turnRate) / pointRate[format.name];
  const first = number * format.points;
  const angle = (first * step) % 360;
  // It counts clockwise, degrees.
  const millimetresAt = (degrees: number): number => Math.round(1000 * rangeIn((-degrees / 180) * Math.PI));
  if (format === STANDARD) {
    const turnOf = (point: number): number => Math.floor((point * step) / 360);
    packet[0] = (15 << 2) | (turnOf(first) === turnOf(first - 1) ? 2 : 1);
    view.setUint16(1, (Math.floor(angle * 64) << 1) | 1, true);
    view.setUint16(3, 4 * millimetresAt(angle), true);
    return packet;
  }
  view.setUint16(2, Math.floor(angle * 64) | (number === 0 ? 0x8000 : 0), true);
  for (let i = 0; i < format.points; i += 1) {
    const degrees = angle + i * step;
    if (format === DENSE) view.setUint16(4 + 2 * i, millimetresAt(degrees), true);
    else {
      const cabin = 4 + 5 * (i >> 1);
      view.setUint16(cabin + 2 * (i & 1), (millimetresAt(degrees - LESS / 8) << 2) | (LESS >> 4), true);
      packet[cabin + 4] |= (LESS & 0xf) << (4 * (i & 1));
    }
  }
  const sum = exclusiveOr(packet.subarray(2));
  packet[0] = 0xa0 | (sum & 0xf);
  packet[1] = 0x50 | (sum >> 4);
  return packet;
}

function descriptorOf(type: number, length: number, mode: 0 | 1): Uint8Array {
  return Uint8Array.of(SYNC, 0x5a, ...little(length | (mode << 30), 4), type);
}

function little(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => (Math.round(value) >>> (8 * i)) & 0xff);
}
