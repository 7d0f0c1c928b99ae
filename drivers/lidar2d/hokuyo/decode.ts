import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import { Dialogue, type Question } from '../dialogue.ts';
import { SweepJudge } from '../judge.ts';
import { Replies } from './replies.ts';
import { decode, DISTANCE, measurementRequest, parametersOf, type Parameters } from './scip.ts';

/** Milliseconds, in 24 bits. */
export const TICKS_PER_SECOND = 1000;
export const TIME_BITS = 24;

/** Status of a request that is obeyed, and of a scan. */
const OBEYED = '00';
/** Before a request that was refused is made again, s. */
const REFUSED_SECONDS = 1;
/** `SCSP:Initial(600[rpm])` and the like, in reply to II. */
const TURN_RATE = /(\d+)\[rpm\]/;

/** Talks with a scanner until it scans: quit, version, parameters, status, measure; then makes frames of its scans. */
export function createDecoder({ skip }: { readonly skip: number }, output: DeviceOutput): DeviceSession {
  const judge = new SweepJudge('scan', output);
  let parameters: Parameters | undefined;
  let isScanning = false;
  let isRefused = false;
  let state = '';

  const ask = (line: string): Uint8Array => Uint8Array.from(Buffer.from(`${line}\n`, 'latin1'));
  const quit: Question = { ask: () => ask('QT'), tries: 2 };
  const version: Question = { ask: () => ask('VV'), tries: 2 };
  const specification: Question = { ask: () => ask('PP'), tries: 4 };
  const status: Question = { ask: () => ask('II'), tries: 2 };
  // Without parameters there is nothing to ask for: they are asked for again.
  const measure: Question = {
    ask: () => ask(parameters === undefined ? 'PP' : measurementRequest(parameters.first, parameters.last, skip)),
    tries: 2,
  };
  // Only the first of the URG-04LX have to be told which language to speak.
  const dialogue = new Dialogue([quit, version, specification, status, measure], () => [ask('SCIP2.0')]);
  const questions: Readonly<Record<string, Question>> = { QT: quit, VV: version };

  function takeMeasureReply(code: string): void {
    if (code === OBEYED) {
      isScanning = true;
      return dialogue.answered(measure);
    }
    isRefused = true;
    output.trouble('scan', `no scan, status ${code}: ${meaningOf(code)}${state === '' ? '' : ` (${state})`}`);
    dialogue.restart(REFUSED_SECONDS);
  }

  const replies = new Replies({
    reply(command, code, fields) {
      output.alive();
      if (command in questions) dialogue.answered(questions[command]);
      if (command === 'PP') {
        parameters = parametersOf(fields) ?? parameters;
        if (parameters !== undefined) dialogue.answered(specification);
      }
      if (command === 'II') {
        state = fields.get('STAT') ?? '';
        const turnRate = Number(TURN_RATE.exec(fields.get('SCSP') ?? '')?.[1]);
        if (turnRate > 0 && parameters !== undefined) parameters = { ...parameters, turnRate };
        dialogue.answered(status);
      }
      if (command === 'MD') takeMeasureReply(code);
    },
    scan(first, last, time, characters) {
      if (parameters?.first !== first || parameters.last !== last) return;
      isScanning = true;
      dialogue.answered(measure);
      if (isRefused) output.trouble('scan', undefined);
      isRefused = false;
      emit(parameters, time, characters);
    },
    lost(reason) {
      if (isScanning) output.dropped('scan', reason);
    },
  });

  function emit(
    { rangeMin, rangeMax, steps, first, last, front, turnRate }: Parameters,
    time: number,
    characters: Uint8Array,
  ) {
    const ranges = new Float32Array(last - first + 1);
    for (let i = 0; i < ranges.length; i += 1) {
      const distance = decode(characters, DISTANCE * i, DISTANCE);
      // Less than it can measure are codes of errors.
      if (distance >= rangeMin && distance <= rangeMax) ranges[i] = distance / 1000;
    }
    judge.judge(ranges);
    const scanTime = 60 / turnRate;
    const increment = (2 * Math.PI) / steps;
    // Its time is that of step 0.
    const offset = Math.round((first / steps) * scanTime * TICKS_PER_SECOND);
    output.frame('scan', BigInt((time + offset) % 2 ** TIME_BITS), {
      kind: 'scan',
      angleMin: Math.fround((first - front) * increment),
      angleMax: Math.fround((last - front) * increment),
      angleIncrement: Math.fround(increment),
      timeIncrement: Math.fround(scanTime / steps),
      scanTime: Math.fround(scanTime),
      rangeMin: Math.fround(rangeMin / 1000),
      rangeMax: Math.fround(rangeMax / 1000),
      ranges,
    });
  }

  return {
    opened: (write) => dialogue.opened(write),
    bytes: (chunk) => replies.read(chunk),
    tick: (now) => dialogue.tick(now),
    closing: (write) => write(ask('QT')),
  };
}

/** Of statuses of MD (C-42-03320B, 8.1). */
function meaningOf(status: string): string {
  const code = Number(status);
  if (code >= 1 && code <= 7) return 'the request is not understood';
  if (code >= 21 && code <= 49) return 'it looks into an error';
  if (code >= 50 && code <= 97) return 'hardware trouble, such as of laser or motor';
  if (code === 98) return 'it goes on after an error';
  return 'refused';
}
