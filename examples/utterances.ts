/*
 * How well utterances are cut: recordings of people, one after the other with pauses between them, in white noise of several levels. A
 * piece of a recording of 20 ms counts as speech where it is within 25 dB of its loudest.
 *
 *   node dist/examples/utterances.js a.wav b.wav …
 */
import { basename } from 'node:path';
import { monoOfFile } from '../src/cli/sound-file.ts';
import { stampOf, type InputNumber } from '../src/frame/index.ts';
import { NO_SPEECH } from '../src/perception/speech-config.ts';
import { levelOf } from '../src/perception/sound/noise-floor.ts';
import { Utterances } from '../src/perception/sound/utterances.ts';
import { createRandom, normal } from '../src/random/index.ts';

const RATE = 16_000;
const PIECE = 320;
/** Between two recordings, and before the first, s. */
const PAUSE = 3;
const DECIBELS = [30, 20, 15, 10, 5];

const files = process.argv.slice(2);
const voices = await Promise.all(files.map((file) => monoOfFile(file, RATE)));

/** Which pieces of a recording are speech. */
function spokenIn(voice: Float32Array): boolean[] {
  const levels = Array.from({ length: Math.floor(voice.length / PIECE) }, (_, i) =>
    levelOf(voice.subarray(i * PIECE, (i + 1) * PIECE)),
  );
  return levels.map((level) => level > Math.max(...levels) - 25);
}

/** Mean level of what is spoken. */
function loudnessOf(voice: Float32Array, spoken: readonly boolean[]): number {
  const squares = voice.reduce((sum, value, i) => sum + (spoken[Math.floor(i / PIECE)] ? value * value : 0), 0);
  return Math.sqrt(squares / (PIECE * spoken.filter(Boolean).length));
}

function heardAt(decibels: number) {
  const random = createRandom(1);
  const sound: number[] = [];
  const speech: boolean[] = [];
  const places = voices.map((voice) => {
    const spoken = spokenIn(voice);
    const gain = 0.05 / loudnessOf(voice, spoken);
    for (let i = 0; i < PAUSE * RATE; i += 1) sound.push(0);
    for (let i = 0; i < (PAUSE * RATE) / PIECE; i += 1) speech.push(false);
    const from = speech.length;
    speech.push(...spoken);
    for (const value of voice.subarray(0, spoken.length * PIECE)) sound.push(gain * value);
    return [from, speech.length] as const;
  });
  for (let i = 0; i < PAUSE * RATE; i += 1) sound.push(0);
  const noise = 0.05 * 10 ** (-decibels / 20);
  const data = Int16Array.from(sound, (value) => Math.round(32_767 * (value + noise * normal(random))));
  const cut: (readonly [number, number])[] = [];
  const utterances = new Utterances({ ...NO_SPEECH, sampleRate: RATE }, ({ start, end }) => {
    cut.push([Math.round((start / 1e9) * (RATE / PIECE)), Math.round((end / 1e9) * (RATE / PIECE))]);
    return 'heard';
  });
  for (let at = 0; at < data.length; at += 1600) {
    const stamp = stampOf(Math.round((at / RATE) * 1e9));
    const input = (at / 1600 + 1) as InputNumber;
    const audio = {
      kind: 'audio',
      sampleRate: RATE,
      channels: 1,
      data: data.subarray(at, at + 1600),
      missing: 0,
    } as const;
    const frame = { input, stream: 'ears', frameId: 'ears', stamp, deviation: 0, received: stamp, measurement: audio };
    utterances.add(frame, audio);
  }
  utterances.end();
  const meets = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): boolean => a < d && b > c;
  const within = speech.map((_, i) => cut.some(([from, to]) => i >= from && i < to));
  const spoken = speech.filter(Boolean).length;
  const found = speech.filter((is, i) => is && within[i]).length;
  return {
    decibels,
    spoken: ((100 * found) / spoken).toFixed(1),
    missed: files.filter((_, i) => !cut.some((one) => meets(one, places[i]))).map((file) => basename(file)),
    utterances: cut.length,
    ofNothing: cut.filter((one) => !places.some((place) => meets(one, place))).length,
    ofSeveral: cut.filter((one) => places.filter((place) => meets(one, place)).length > 1).length,
  };
}

for (const decibels of DECIBELS) {
  const { spoken, missed, utterances, ofNothing, ofSeveral } = heardAt(decibels);
  const names = missed.length === 0 ? '' : `; missed: ${missed.join(', ')}`;
  process.stdout.write(
    `${decibels} dB: ${spoken} % of what is spoken, ${utterances} utterances of ${files.length} recordings, ` +
      `${ofNothing} of nothing, ${ofSeveral} of several${names}\n`,
  );
}
