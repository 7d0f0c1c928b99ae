import { between } from '../place/chance.ts';
import { createRandom } from '../random.ts';
import { createResonator, createWave, levelled, SAMPLE_RATE, type Wave } from './wave.ts';

/** How someone's voice is made. */
export interface Voice {
  /** Pitch, Hz. */
  readonly pitch: number;
  /** Factor on all formants: a short throat has higher ones. */
  readonly throat: number;
  /** Share of breath in the voice. */
  readonly breath: number;
  /** Factor on all durations. */
  readonly pace: number;
}

/** A sound of speech: formants in Hz, how much is voiced and how much hisses, and how long it takes, s. */
interface Phone {
  readonly formants: readonly [number, number, number];
  readonly voiced: number;
  readonly hiss: number;
  /** Middle of the hiss, Hz. */
  readonly hissAt: number;
  readonly seconds: number;
}

const vowel = (f1: number, f2: number, f3: number): Phone => ({
  formants: [f1, f2, f3],
  voiced: 1,
  hiss: 0,
  hissAt: 3000,
  seconds: 0.12,
});
const consonant = (voiced: number, hiss: number, hissAt: number, seconds: number): Phone => ({
  formants: [300, 1300, 2500],
  voiced,
  hiss,
  hissAt,
  seconds,
});

/**
 * Sounds by letter, roughly: vowels after G. E. Peterson and H. L. Barney, "Control methods used in a study of the vowels"
 * (JASA 24, 1952). Enough for a detector of voices and for telling speakers apart; nobody need understand it.
 */
const PHONES: Readonly<Record<string, Phone>> = {
  a: vowel(730, 1090, 2440),
  e: vowel(530, 1840, 2480),
  i: vowel(270, 2290, 3010),
  o: vowel(570, 840, 2410),
  u: vowel(300, 870, 2240),
  y: vowel(290, 2100, 2800),
  s: consonant(0, 0.5, 5500, 0.09),
  z: consonant(0.3, 0.35, 5200, 0.08),
  f: consonant(0, 0.25, 6500, 0.08),
  h: consonant(0, 0.25, 1500, 0.06),
  t: consonant(0, 0.7, 4200, 0.04),
  k: consonant(0, 0.6, 2200, 0.045),
  p: consonant(0, 0.5, 1000, 0.04),
  c: consonant(0, 0.6, 2600, 0.045),
  b: consonant(0.4, 0.2, 900, 0.05),
  d: consonant(0.4, 0.3, 3500, 0.045),
  g: consonant(0.4, 0.3, 2000, 0.05),
  v: consonant(0.5, 0.15, 5500, 0.06),
  ' ': consonant(0, 0, 1000, 0.09),
};
/** Nasals, liquids and whatever else. */
const MURMUR = consonant(0.55, 0, 1000, 0.07);

function phoneOf(letter: string): Phone {
  return PHONES[letter] ?? MURMUR;
}

/** The voice of one of the population. */
export function voiceOf(who: number): Voice {
  const random = createRandom(who, 'voice');
  const high = random.uniform() < 0.5;
  return {
    pitch: high ? between(random, 165, 250) : between(random, 85, 150),
    throat: high ? between(random, 1.08, 1.25) : between(random, 0.88, 1.04),
    breath: between(random, 0.02, 0.18),
    pace: between(random, 0.85, 1.15),
  };
}

/** How long someone takes to say something, s. */
export function spokenSeconds(text: string, who: number): number {
  const { pace } = voiceOf(who);
  let seconds = 0;
  for (const letter of text) seconds += phoneOf(letter).seconds * pace;
  return seconds;
}

/** Formants move on every so many samples. */
const STEP = 40;
/** Level of the loudest sample at 1 m. */
export const LOUDEST_VOICE = 0.35;

/** Someone says something: a glottal pulse and breath through three formants, hiss through a fourth. */
export function speak(text: string, who: number, number: number): Wave {
  const voice = voiceOf(who);
  const random = createRandom(who, `utterance ${number}`);
  const formants = [0, 1, 2].map(() => createResonator());
  const hissing = createResonator(4000, 1500);
  const letters = [...text];
  const now = { formants: [500, 1500, 2500], voiced: 0, hiss: 0 };
  let letter = -1;
  let ends = 0;
  let phone = MURMUR;
  let pulse = 0;
  let before = 0;
  const length = spokenSeconds(text, who);
  const wave = createWave(length, false, (sample) => {
    const seconds = sample / SAMPLE_RATE;
    while (seconds >= ends && letter < letters.length - 1) {
      letter += 1;
      phone = phoneOf(letters[letter]);
      ends += phone.seconds * voice.pace;
      hissing.tune(phone.hissAt, 1500);
    }
    if (sample % STEP === 0) {
      // The mouth takes some 20 ms to get there.
      for (let i = 0; i < 3; i += 1) {
        now.formants[i] += 0.2 * (phone.formants[i] * voice.throat - now.formants[i]);
        formants[i].tune(now.formants[i], 70 + 35 * i);
      }
      now.voiced += 0.35 * (phone.voiced - now.voiced);
      now.hiss += 0.5 * (phone.hiss - now.hiss);
    }
    // A sentence falls in pitch, and each word moves it.
    const melody = 1.12 - (0.24 * seconds) / length + 0.06 * Math.sin(9 * seconds + who);
    pulse = (pulse + (voice.pitch * melody) / SAMPLE_RATE) % 1;
    // A. E. Rosenberg's pulse (JASA 49, 1971), differentiated as lips do.
    const flow =
      pulse < 0.4
        ? 0.5 - 0.5 * Math.cos((Math.PI * pulse) / 0.4)
        : pulse < 0.56
          ? Math.cos((Math.PI * (pulse - 0.4)) / 0.32)
          : 0;
    const noise = 2 * random.uniform() - 1;
    const source = now.voiced * (8 * (flow - before) + voice.breath * noise);
    before = flow;
    const voiced = formants[0].next(source) + 0.7 * formants[1].next(source) + 0.4 * formants[2].next(source);
    return voiced + 0.4 * now.hiss * hissing.next(noise);
  });
  return levelled(wave, LOUDEST_VOICE);
}
