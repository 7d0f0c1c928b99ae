import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import type { RplidarModel } from './models.ts';
import { ANSWERS, COMMANDS, ENTRIES, request, type ScanFormat } from './protocol.ts';
import { RplidarReader } from './reader.ts';
import { Turns } from './turns.ts';

/** What is wanted of a scanner. */
export interface RplidarOptions extends RplidarModel {
  /** 0..1023, for models whose motor is told so. */
  readonly motorPwm: number;
}

type Write = (bytes: Uint8Array) => void;

/** A question, and how often it is asked before it is done without an answer. */
interface Question {
  readonly ask: () => Uint8Array;
  readonly tries: number;
}

/** An answer comes within milliseconds; a lost one is asked for again after this, ns. */
const PATIENCE_NS = 0.25e9;
/** After a reset it takes as long to speak again, ns. */
const RESET_NS = 2e9;
/** Firmware of the A series before 1.17 knows no EXPRESS_SCAN (LR001); S series and C1 count anew. */
const EXPRESS_FIRMWARE = 0x0111;
/** Health: it protects itself, and measures no more until it is reset. */
const PROTECTED = 2;

/** Talks with a scanner until it scans: stop, health, firmware, sample time, scan; then makes sweeps of what comes. */
export function createDecoder(options: RplidarOptions, output: DeviceOutput): DeviceSession {
  const { motor, motorPwm, turnRate, mode } = options;
  let write: Write | undefined;
  let turns: Turns | undefined;
  /** The question at hand, how often it was asked, and when, by the last tick. */
  let asked = 0;
  let tries = 0;
  let askedAt = 0;
  let now = 0;
  /** Nothing is asked before this. */
  let quietUntil = 0;
  let mustReset = false;
  let isUnwell = false;
  let firmware = EXPRESS_FIRMWARE;
  let typicalMode = 0;
  const sampleTime = {
    standard: 1 / options.pointRate.standard,
    express: 1 / options.pointRate.express,
    dense: 1 / options.pointRate.dense,
  };

  const health: Question = { ask: () => request(COMMANDS.health), tries: 2 };
  const info: Question = { ask: () => request(COMMANDS.info), tries: 2 };
  const rate: Question = { ask: () => request(COMMANDS.sampleRate), tries: 1 };
  const typical: Question = { ask: () => entry(ENTRIES.typicalMode), tries: 2 };
  const duration: Question = { ask: () => entry(ENTRIES.sampleDuration, typicalMode), tries: 1 };
  const scan: Question = { ask: scanRequest, tries: 2 };
  const questions = [health, info, ...(mode === 'dense' ? [typical, duration] : [rate]), scan];

  function scanRequest(): Uint8Array {
    if (mode === 'standard' || (mode === 'express' && firmware < EXPRESS_FIRMWARE)) return request(COMMANDS.scan);
    return request(COMMANDS.expressScan, [mode === 'dense' ? typicalMode : 0, 0, 0, 0, 0]);
  }

  function begin(): void {
    [asked, tries] = [0, 0];
    write?.(request(COMMANDS.stop));
    if (motor === 'pwm') write?.(request(COMMANDS.motorPwm, word(motorPwm)));
    if (motor === 'speed') write?.(request(COMMANDS.motorSpeed, word(Math.round(60 * turnRate))));
  }

  function stop(): void {
    write?.(request(COMMANDS.stop));
    if (motor === 'pwm') write?.(request(COMMANDS.motorPwm, word(0)));
    if (motor === 'speed') write?.(request(COMMANDS.motorSpeed, word(0)));
  }

  function ask(): void {
    write?.(questions[asked].ask());
    tries += 1;
    askedAt = now;
  }

  /** That question is answered: on to the next. */
  function answered(question: Question): void {
    output.alive();
    if (questions[asked] !== question || mustReset) return;
    [asked, tries] = [asked + 1, 0];
    if (asked < questions.length) ask();
  }

  function takeHealth(payload: DataView): void {
    const isProtected = payload.getUint8(0) === PROTECTED;
    if (isProtected) {
      output.trouble('scan', `protection stop, error ${payload.getUint16(1, true)}: it is reset`);
      mustReset = true;
    } else if (isUnwell) output.trouble('scan', undefined);
    isUnwell = isProtected;
    answered(health);
  }

  function takeEntry(payload: DataView): void {
    const which = payload.getUint32(0, true);
    if (which === ENTRIES.typicalMode && payload.byteLength >= 6) {
      typicalMode = payload.getUint16(4, true) & 0xff;
      answered(typical);
    }
    if (which === ENTRIES.sampleDuration && payload.byteLength >= 8) {
      setSampleTime('dense', payload.getUint32(4, true) / 256);
      answered(duration);
    }
  }

  /** @param microseconds what is out of all reason is not believed */
  function setSampleTime(format: ScanFormat['name'], microseconds: number): void {
    if (microseconds >= 10 && microseconds <= 5000) sampleTime[format] = microseconds / 1e6;
  }

  const reader = new RplidarReader({
    answer(type, payload) {
      const length = payload.byteLength;
      if (type === ANSWERS.health && length === 3) takeHealth(payload);
      if (type === ANSWERS.info && length === 20) {
        firmware = payload.getUint16(1, true);
        answered(info);
      }
      if (type === ANSWERS.sampleRate && length === 4) {
        setSampleTime('standard', payload.getUint16(0, true));
        setSampleTime('express', payload.getUint16(2, true));
        answered(rate);
      }
      if (type === ANSWERS.configuration && length >= 4) takeEntry(payload);
    },
    scan(format) {
      turns = new Turns({ ...options, format, sampleTime: sampleTime[format.name] }, output);
      output.alive();
      asked = questions.length;
    },
    packet(packet) {
      turns?.packet(packet);
      output.alive();
    },
    lost() {
      turns?.lost();
      output.dropped('scan', 'checksum');
    },
  });

  return {
    opened(to) {
      write = to;
      begin();
    },
    bytes: (chunk) => reader.read(chunk),
    tick(at) {
      now = at;
      if (mustReset) {
        write?.(request(COMMANDS.reset));
        [mustReset, asked, tries, quietUntil] = [false, 0, 0, now + RESET_NS];
      }
      if (asked === questions.length || now < quietUntil) return;
      if (tries > 0 && now - askedAt < PATIENCE_NS) return;
      if (tries >= questions[asked].tries) {
        if (asked + 1 === questions.length) return begin();
        [asked, tries] = [asked + 1, 0];
      }
      ask();
    },
    closing: stop,
  };
}

function word(value: number): number[] {
  return [value & 0xff, value >> 8];
}

function entry(which: number, mode?: number): Uint8Array {
  return request(COMMANDS.configuration, [which, 0, 0, 0, ...(mode === undefined ? [] : word(mode))]);
}
