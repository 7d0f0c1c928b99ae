import { concatenated, type EmulatedDevice, type EmulatorDefinition } from '../../../src/device/index.ts';
import { rangeIn } from '../room.ts';
import { TICKS_PER_SECOND, TIME_BITS } from './decode.ts';
import { BLOCK, DISTANCE, encode, LINE_FEED, sumOf, TIME } from './scip.ts';

const STEPS = 1024;
const FIRST = 44;
const LAST = 725;
const FRONT = 384;
const SCAN_RATE = 10;
/** Its time when it was switched on, ms. */
const SWITCHED_ON = 0x0a1234;
/** mm; what is further is an error. */
const FARTHEST = 5600;

const VERSION = ['VEND:Emulated', 'PROD:URG-04LX', 'FIRM:3.3.00', 'PROT:SCIP 2.0', 'SERI:H0000001'];
const PARAMETERS = ['MODL:URG-04LX', 'DMIN:20', `DMAX:${FARTHEST}`, `ARES:${STEPS}`, `AMIN:${FIRST}`, `AMAX:${LAST}`];
const STATUS = ['LASR:OFF', 'SCSP:Initial(600[rpm])', 'MESM:IDLE', 'STAT:Sensor works well.'];

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  VV: VERSION,
  PP: [...PARAMETERS, `AFRT:${FRONT}`, `SCAN:${60 * SCAN_RATE}`],
  II: STATUS,
};

/** A URG-04LX in a room: silent until it is told to measure. */
export const hokuyoEmulator: EmulatorDefinition = {
  device: 'hokuyo',
  summary: 'a URG-04LX in a room of 6 m x 4 m',
  line: { kind: 'serial', baudRate: 19_200 },
  create: createScanner,
};

function createScanner(): EmulatedDevice {
  const said: Uint8Array[] = [];
  let heard = '';
  let now = 0;
  /** The request that it obeys, and the number of the next scan. */
  let measuring: { readonly request: string; readonly every: number; next: number } | undefined;

  function obey(request: string): void {
    const command = request.slice(0, 2);
    if (command === 'MD') {
      const every = 1 + Number(request.slice(12, 13));
      measuring = { request, every, next: Math.ceil(now * SCAN_RATE) };
      said.push(replyOf(request, '00', []));
    } else if (command === 'QT') {
      measuring = undefined;
      said.push(replyOf(request, '00', []));
    } else if (command in FIELDS) said.push(replyOf(request, '00', FIELDS[command].map(fieldOf)));
    // What it does not know, such as SCIP2.0, since it speaks that anyway.
    else said.push(replyOf(request, '0E', []));
  }

  return {
    told(bytes) {
      const lines = (heard + Buffer.from(bytes).toString('latin1')).split(/[\r\n]+/);
      heard = (lines.pop() ?? '').slice(-64);
      for (const line of lines) if (line !== '') obey(line);
    },
    until(seconds) {
      now = seconds;
      const scanned = (number: number): number => (number + (LAST + 1) / STEPS) / SCAN_RATE;
      while (measuring !== undefined && scanned(measuring.next) <= now) {
        said.push(scanOf(measuring.request, measuring.next));
        measuring.next += measuring.every;
      }
      return concatenated(said.splice(0));
    },
  };
}

function scanOf(request: string, number: number): Uint8Array {
  const time = (SWITCHED_ON + Math.round((number / SCAN_RATE) * TICKS_PER_SECOND)) % 2 ** TIME_BITS;
  const characters: number[] = [];
  for (let step = FIRST; step <= LAST; step += 1) {
    const distance = Math.round(1000 * rangeIn(((step - FRONT) * 2 * Math.PI) / STEPS));
    characters.push(...encode(distance > FARTHEST ? 0 : distance, DISTANCE));
  }
  const blocks = Array.from({ length: Math.ceil(characters.length / BLOCK) }, (_, i) =>
    characters.slice(BLOCK * i, BLOCK * (i + 1)),
  );
  return replyOf(
    request,
    '99',
    [encode(time, TIME), ...blocks].map((line) => [...line, sumOf(line)]),
  );
}

function replyOf(echo: string, status: string, lines: readonly (readonly number[])[]): Uint8Array {
  const code = Buffer.from(status, 'latin1');
  const all = [[...Buffer.from(echo, 'latin1')], [...code, sumOf(code)], ...lines, []];
  return Uint8Array.from(all.flatMap((line) => [...line, LINE_FEED]));
}

function fieldOf(text: string): number[] {
  const bytes = Buffer.from(text, 'latin1');
  return [...bytes, ...Buffer.from(';', 'latin1'), sumOf(bytes)];
}
