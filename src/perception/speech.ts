import { isModelAnswer, type EffectOutcome, type EffectRequest, type ModelAnswer } from '../contract/index.ts';
import { NS_PER_MS, type Frame, type FrameId, type InputNumber, type Stamp, type StreamId } from '../frame/index.ts';
import { Backlog, type BacklogCounters } from './backlog.ts';
import type { SpeechConfig } from './speech-config.ts';
import { Utterances, type BlockCounts, type Cut, type Utterance } from './sound/utterances.ts';

/** What someone said, as a model has heard it. It is text, and no command. */
export interface Speech {
  readonly stream: StreamId;
  readonly model: string;
  /** SHA-256 over the model's files, hex. */
  readonly modelHash: string;
  readonly frameId: FrameId;
  /** The utterance's times in the stream's own time. */
  readonly start: Stamp;
  readonly end: Stamp;
  readonly cut: Cut;
  /** Channels that the microphones have, and which of them was listened to; unset: the mean of all. */
  readonly channels: number;
  readonly channel?: number;
  /** Blocks of sound that it is made of. */
  readonly inputs: readonly InputNumber[];
  readonly text: string;
  /** `null` where the model knows one alone. */
  readonly language: string | null;
  /** 0..1; `null` where the model does not tell. */
  readonly confidence: number | null;
  /** `end`, or what cut the writing short: `length`, `deadline`. */
  readonly ended: string;
}

/** What a model that writes speech down answers: the output of its effect. */
export interface SpeechAnswer extends ModelAnswer {
  readonly sha256: string;
  readonly language: string | null;
}

/** How writing down fares. */
export interface SpeechCounters extends BacklogCounters, Omit<BlockCounts, 'undecided'> {}

/** Samples a second that Whisper takes. */
export const SPEECH_RATE = 16_000;
/** ms beyond a pause without a block after which the microphones have fallen silent. */
const GONE_MS = 1000;

/** What a question is about. */
interface About {
  readonly utterance: Utterance;
  readonly frameId: FrameId;
  readonly channels: number;
}

/**
 * The stage that has written down what is said into one stream of microphones: cuts it into utterances, asks about each and takes the answers.
 * They queue as windows of a listener do ({@link Backlog}).
 */
export class SpeechListener {
  readonly #stream: StreamId;
  readonly #model: string;
  readonly #config: SpeechConfig;
  readonly #request: (request: EffectRequest) => void;
  readonly #said: (speech: Speech) => void;
  readonly #utterances: Utterances;
  readonly #questions: Backlog<About>;
  #now = 0 as Stamp;
  #lastBlock = 0 as Stamp;
  #channels = 0;
  #frameId: FrameId = '';

  constructor(
    { model, microphones, ...config }: SpeechConfig & { readonly model: string; readonly microphones: StreamId },
    request: (request: EffectRequest) => void,
    said: (speech: Speech) => void,
  ) {
    this.#stream = microphones;
    this.#model = model;
    this.#config = config;
    this.#request = request;
    this.#said = said;
    this.#utterances = new Utterances({ ...config, sampleRate: SPEECH_RATE }, (utterance) => this.#ask(utterance));
    this.#questions = new Backlog(config);
  }

  /** A block of sound has come. @returns whether it is of use */
  take(frame: Frame, now: Stamp): boolean {
    const { measurement } = frame;
    if (measurement.kind !== 'audio') return false;
    this.#now = this.#lastBlock = now;
    // An utterance that a hole ends is asked about with the block behind it: its microphones are the same.
    this.#channels = measurement.channels;
    this.#frameId = frame.frameId;
    return this.#utterances.add(frame, measurement);
  }

  #ask(utterance: Utterance): 'heard' | 'backlog' {
    if (this.#questions.isFull) return 'backlog';
    const { language, deadlineMs } = this.#config;
    // The same for the same sound, and no other utterance begins there.
    const id = `transcribe/${this.#stream}/${this.#model}/${utterance.inputs[0]}-${utterance.inputs[utterance.inputs.length - 1]}`;
    this.#questions.open(id, { utterance, frameId: this.#frameId, channels: this.#channels }, this.#now);
    const { samples } = utterance;
    const how = { deadlineMs, ...(language === undefined ? {} : { language }) };
    this.#request({ id, model: this.#model, at: this.#now, task: 'transcribe', samples, ...how });
    return 'heard';
  }

  /** @returns whether the answer was to a question that is open here */
  answer(id: string, outcome: EffectOutcome): boolean {
    return this.#questions.answer(id, outcome, isSpeechAnswer, (about, answer) => this.#tell(about, answer));
  }

  #tell({ utterance, frameId, channels }: About, { sha256, text, language, confidence, ended }: SpeechAnswer): void {
    const { start, end, cut, inputs } = utterance;
    const { channel } = this.#config;
    this.#said({
      stream: this.#stream,
      model: this.#model,
      modelHash: sha256,
      frameId,
      start,
      end,
      cut,
      channels,
      ...(channel === undefined ? {} : { channel }),
      inputs,
      text,
      language,
      confidence,
      ended,
    });
  }

  /** Time has passed: questions that have been open for too long are given up; nothing follows on microphones that are gone. */
  tick(now: Stamp): void {
    this.#now = now;
    if (now - this.#lastBlock > (this.#config.hangoverMs + GONE_MS) * NS_PER_MS) this.#utterances.end();
    this.#questions.tick(now);
  }

  counters(): SpeechCounters {
    const { blocks, heard, dropped } = this.#utterances.counts();
    return { blocks, heard, dropped, ...this.#questions.counters() };
  }
}

/** Whether this is an answer, and all its numbers are. */
function isSpeechAnswer(output: unknown): output is SpeechAnswer {
  const { sha256, language } = (output ?? {}) as Partial<SpeechAnswer>;
  return isModelAnswer(output) && typeof sha256 === 'string' && (language === null || typeof language === 'string');
}
