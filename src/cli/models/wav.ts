import { SensoriumError } from '../../contract/index.ts';

/** Sound as a WAV file holds it. */
export interface Wav {
  /** Samples a second of each channel. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Interleaved, full scale ±32768. */
  readonly data: Int16Array;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;

/**
 * Reads a WAV file of 16-bit PCM (RIFF chunks `fmt ` and `data`; others are passed over).
 * @throws SensoriumError E_FILE_FORMAT
 */
export function readWav(bytes: Uint8Array, path: string): Wav {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong = (what: string): SensoriumError => new SensoriumError('E_FILE_FORMAT', what, { path });
  if (view.length < 12 || view.toString('latin1', 0, 4) !== 'RIFF' || view.toString('latin1', 8, 12) !== 'WAVE') {
    throw wrong('not a WAV file');
  }
  let format: { readonly sampleRate: number; readonly channels: number } | undefined;
  for (let at = 12; at + 8 <= view.length;) {
    const id = view.toString('latin1', at, at + 4);
    const start = at + 8;
    const end = Math.min(start + view.readUInt32LE(at + 4), view.length);
    if (id === 'fmt ' && end - start >= 16) {
      const coding = view.readUInt16LE(start);
      const bits = view.readUInt16LE(start + 14);
      if ((coding !== PCM && coding !== EXTENSIBLE) || bits !== 16) {
        throw wrong(`expected 16-bit PCM, got coding ${coding} of ${bits} bits`);
      }
      format = { channels: view.readUInt16LE(start + 2), sampleRate: view.readUInt32LE(start + 4) };
      if (format.channels === 0) throw wrong('expected at least one channel, got 0');
    }
    if (id === 'data' && format !== undefined) {
      const whole = new Uint8Array(view.subarray(start, start + ((end - start) & ~1)));
      return { ...format, data: new Int16Array(whole.buffer) };
    }
    // Chunks have an even length.
    at = end + ((end - start) & 1);
  }
  throw wrong('no sound in it');
}
