import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import { Dialogue, type Question } from '../dialogue.ts';
import type { RplidarModel } from './models.ts';
import { ANSWERS, COMMANDS, ENTRIES, request, type ScanFormat } from './protocol.ts';
import { RplidarReader } from './reader.ts';
import { Turns } from './turns.ts';

/** What is wanted of a scanner. */
export interface RplidarOptions extends RplidarModel {
  /** 0..1023, for models whose motor is told so. */
  readonly motorPwm: number;
}

/** After a reset it takes as long to speak again, s. */
const RESET_SECONDS = 2;
/** Firmware of the A series before 1.17 knows no EXPRESS_SCAN (LR001); S series and C1 count anew. */
const EXPRESS_FIRMWARE = 0x0111;
/** Health: it protects itself, and measures no more until it is reset. */
const PROTECTED = 2;

/** Talks with a scanner until it scans: stop, health, firmware, sample time, scan; then makes sweeps of what comes. */
export function createDecoder(options: RplidarOptions, output: DeviceOutput): DeviceSession {
  const { motor, motorPwm, turnRate, mode } = options;
  let turns: Turns | undefined;
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
  const dialogue = new Dialogue([health, info, ...(mode === 'dense' ? [typical, duration] : [rate]), scan], () =>
    stopped(motorPwm, Math.round(60 * turnRate)),
  );

  function scanRequest(): Uint8Array {
    if (mode === 'standard' || (mode === 'express' && firmware < EXPRESS_FIRMWARE)) return request(COMMANDS.scan);
    return request(COMMANDS.expressScan, [mode === 'dense' ? typicalMode : 0, 0, 0, 0, 0]);
  }

  /** Measures no more, and turns as wanted. */
  function stopped(pwm: number, turnsPerMinute: number): Uint8Array[] {
    const stop = request(COMMANDS.stop);
    if (motor === 'pwm') return [stop, request(COMMANDS.motorPwm, word(pwm))];
    if (motor === 'speed') return [stop, request(COMMANDS.motorSpeed, word(turnsPerMinute))];
    return [stop];
  }

  function takeHealth(payload: DataView): void {
    const isProtected = payload.getUint8(0) === PROTECTED;
    if (isProtected) {
      output.trouble('scan', `protection stop, error ${payload.getUint16(1, true)}: it is reset`);
      dialogue.tell(request(COMMANDS.reset));
      dialogue.restart(RESET_SECONDS);
    } else {
      if (isUnwell) output.trouble('scan', undefined);
      dialogue.answered(health);
    }
    isUnwell = isProtected;
  }

  function takeEntry(payload: DataView): void {
    const which = payload.getUint32(0, true);
    if (which === ENTRIES.typicalMode && payload.byteLength >= 6) {
      typicalMode = payload.getUint16(4, true) & 0xff;
      dialogue.answered(typical);
    }
    if (which === ENTRIES.sampleDuration && payload.byteLength >= 8) {
      setSampleTime('dense', payload.getUint32(4, true) / 256);
      dialogue.answered(duration);
    }
  }

  /** @param microseconds what is out of all reason is not believed */
  function setSampleTime(format: ScanFormat['name'], microseconds: number): void {
    if (microseconds >= 10 && microseconds <= 5000) sampleTime[format] = microseconds / 1e6;
  }

  const reader = new RplidarReader({
    answer(type, payload) {
      output.alive();
      const length = payload.byteLength;
      if (type === ANSWERS.health && length === 3) takeHealth(payload);
      if (type === ANSWERS.info && length === 20) {
        firmware = payload.getUint16(1, true);
        dialogue.answered(info);
      }
      if (type === ANSWERS.sampleRate && length === 4) {
        setSampleTime('standard', payload.getUint16(0, true));
        setSampleTime('express', payload.getUint16(2, true));
        dialogue.answered(rate);
      }
      if (type === ANSWERS.configuration && length >= 4) takeEntry(payload);
    },
    scan(format) {
      output.alive();
      turns = new Turns({ ...options, format, sampleTime: sampleTime[format.name] }, output);
      dialogue.answered(scan);
    },
    packet(packet) {
      output.alive();
      turns?.packet(packet);
    },
    lost() {
      turns?.lost();
      output.dropped('scan', 'checksum');
    },
  });

  return {
    opened: (write) => dialogue.opened(write),
    bytes: (chunk) => reader.read(chunk),
    tick: (now) => dialogue.tick(now),
    closing: () => stopped(0, 0).forEach((bytes) => dialogue.tell(bytes)),
  };
}

function word(value: number): number[] {
  return [value & 0xff, value >> 8];
}

function entry(which: number, mode?: number): Uint8Array {
  return request(COMMANDS.configuration, [which, 0, 0, 0, ...(mode === undefined ? [] : word(mode))]);
}
