import type { DeviceOutput, DeviceSession } from '../../src/device/index.ts';

/** What the sound is like. */
export interface SoundOptions {
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of each channel in a block. */
  readonly blockSamples: number;
}

/** Time of nothing but zeros after which that is told, s: a microphone that is switched on has noise. */
const SILENCE_SECONDS = 3;

/** An overrun that is told to be longer is not believed, s. */
const LONGEST_OVERRUN = 3600;

/**
 * arecord (alsa-utils, aplay.c): `overrun!!! (at least 123.456 ms long)`, in whatever language.
 */
const OVERRUN = /!!! \(\D*([\d.,]+) ms/;
/** arecord, where the device cannot do what was asked for: `… rate is not accurate (requested = 16000Hz, got = 48000Hz)`. */
const OTHER_RATE = /= ?\d+ ?Hz\D+= ?(\d+) ?Hz/;

/**
 * Cuts raw sound (signed 16 bit, little endian, interleaved) into blocks. Samples that were lost are counted where they are missing and
 * not filled in: the block before ends there.
 */
export function createSound({ sampleRate, channels, blockSamples }: SoundOptions, output: DeviceOutput): DeviceSession {
  const sampleBytes = 2 * channels;
  const block = new Uint8Array(blockSamples * sampleBytes);
  let filled = 0;
  /** Samples so far, those that were lost included: of the first one in the block. */
  let count = 0;
  /** Lost right before the block. */
  let missing = 0;
  let silent = 0;
  let isSilent = false;

  /** Gives so many samples of the block, and keeps what is left. */
  function give(samples: number): void {
    const bytes = block.slice(0, samples * sampleBytes);
    const data = new Int16Array(bytes.buffer);
    block.copyWithin(0, bytes.length, filled);
    filled -= bytes.length;
    listenFor(data, samples);
    output.frame('audio', BigInt(count), { kind: 'audio', sampleRate, channels, data, missing });
    count += samples;
    missing = 0;
  }

  function listenFor(data: Int16Array, samples: number): void {
    silent = data.some((value) => value !== 0) ? 0 : silent + samples;
    const was = isSilent;
    isSilent = silent >= SILENCE_SECONDS * sampleRate;
    if (isSilent !== was) output.trouble('audio', isSilent ? 'digital silence: is it muted?' : undefined);
  }

  return {
    bytes(chunk) {
      for (let at = 0; at < chunk.length;) {
        const part = Math.min(block.length - filled, chunk.length - at);
        block.set(chunk.subarray(at, at + part), filled);
        filled += part;
        at += part;
        if (filled === block.length) give(blockSamples);
      }
    },
    said(line) {
      const rate = OTHER_RATE.exec(line);
      if (rate !== null) output.broken(`it gives ${rate[1]} Hz, not ${sampleRate}: a device plughw:… converts`);
      const overrun = OVERRUN.exec(line);
      if (overrun === null) return;
      const whole = Math.floor(filled / sampleBytes);
      if (whole > 0) give(whole);
      const lost = Math.round((Number(overrun[1].replace(',', '.')) / 1000) * sampleRate);
      if (!(lost > 0 && lost <= LONGEST_OVERRUN * sampleRate)) return;
      missing += lost;
      count += lost;
      output.dropped('audio', 'overrun', Math.ceil(lost / blockSamples));
    },
  };
}
