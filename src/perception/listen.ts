import type { EffectOutcome, EffectRequest, Hearing, SoundEvent } from '../contract/index.ts';
import type { Frame, FrameId, InputNumber, Stamp, StreamId } from '../frame/index.ts';
import { Backlog, type BacklogCounters } from './backlog.ts';
import type { ListenerConfig } from './config.ts';
import { SoundWindows, type SoundWindow } from './sound/windows.ts';

/** What was heard in one window of sound. */
export interface Sounds {
  readonly stream: StreamId;
  readonly model: string;
  /** SHA-256 of the network, hex. */
  readonly modelHash: string;
  readonly frameId: FrameId;
  /** The window's times in the stream's own time. */
  readonly start: Stamp;
  readonly end: Stamp;
  /** Blocks of sound that it is made of. */
  readonly inputs: readonly InputNumber[];
  /** How sure the model is that someone speaks, and whether that counts. */
  readonly voice: { readonly score: number; readonly active: boolean };
  /** Best score first. */
  readonly events: readonly SoundEvent[];
}

/** How a listener fares. */
export interface ListenerCounters extends BacklogCounters {
  /** Windows given up before they were asked about, and blocks of which none could be made, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** What a sound model answers: the output of its effect. */
export interface HearingAnswer extends Hearing {
  /** Of the network, hex. */
  readonly sha256: string;
}

/** What a question is about. */
interface About {
  readonly window: SoundWindow;
  readonly frameId: FrameId;
}

/**
 * The stage of one sound model: cuts the stream into windows, asks about each and takes the answers. What happens only once must
 * not be missed, so questions queue, up to `backlog`; beyond it the newest window is given up and counted. Answers with numbers
 * that are none are refused.
 */
export class Listener {
  readonly #stream: StreamId;
  readonly #config: ListenerConfig;
  readonly #request: (request: EffectRequest) => void;
  readonly #heard: (sounds: Sounds) => void;
  readonly #windows: SoundWindows;
  readonly #questions: Backlog<About>;
  #backlogged = 0;
  #unreadable = 0;

  constructor(
    stream: StreamId,
    config: ListenerConfig,
    request: (request: EffectRequest) => void,
    heard: (sounds: Sounds) => void,
  ) {
    this.#stream = stream;
    this.#config = config;
    this.#request = request;
    this.#heard = heard;
    this.#windows = new SoundWindows(windowOf(config));
    this.#questions = new Backlog(config);
  }

  /** A block of sound has come. @returns whether it is of use */
  take(frame: Frame, now: Stamp): boolean {
    if (frame.measurement.kind !== 'audio') return false;
    const windows = this.#windows.add(frame, frame.measurement);
    if (windows === undefined) {
      this.#unreadable += 1;
      return false;
    }
    windows.forEach((window, i) => this.#ask(window, frame, i, now));
    return true;
  }

  #ask(window: SoundWindow, { input, frameId }: Frame, place: number, at: Stamp): void {
    const { model } = this.#config;
    if (this.#questions.isFull) {
      this.#backlogged += 1;
      return;
    }
    // A block may complete several windows.
    const id = `listen/${this.#stream}/${model}/${input}${place === 0 ? '' : `.${place}`}`;
    this.#questions.open(id, { window, frameId }, at);
    this.#request({ id, model, at, task: 'listen', samples: window.samples });
  }

  /** @returns whether the answer was to a question that is open here */
  answer(id: string, outcome: EffectOutcome): boolean {
    return this.#questions.answer(id, outcome, isHearingAnswer, (about, answer) => this.#tell(about, answer));
  }

  #tell({ window, frameId }: About, { sha256, voice, events }: HearingAnswer): void {
    const { model, threshold, labels, voiceThreshold } = this.#config;
    const isWanted = ({ label, score }: SoundEvent): boolean =>
      score >= threshold && (labels.length === 0 || labels.includes(label));
    const { start, end, inputs } = window;
    this.#heard({
      stream: this.#stream,
      model,
      modelHash: sha256,
      frameId,
      start,
      end,
      inputs,
      voice: { score: voice, active: voice >= voiceThreshold },
      events: events.filter(isWanted),
    });
  }

  /** Time has passed: questions that have been open for too long are given up. */
  tick(now: Stamp): void {
    this.#questions.tick(now);
  }

  counters(): ListenerCounters {
    const dropped = { backlog: this.#backlogged, gap: this.#windows.gaps, unreadable: this.#unreadable };
    return {
      ...this.#questions.counters(),
      dropped: Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0)),
    };
  }
}

/** The windows that a configuration asks for, in samples. */
export function windowOf({ sampleRate, windowMs, hopMs }: ListenerConfig) {
  const samplesOf = (ms: number): number => Math.max(1, Math.round((ms * sampleRate) / 1000));
  return { sampleRate, samples: samplesOf(windowMs), hop: samplesOf(hopMs) };
}

/** Whether this is an answer, and all its numbers are. */
export function isHearingAnswer(output: unknown): output is HearingAnswer {
  const { sha256, voice, events } = (output ?? {}) as Partial<HearingAnswer>;
  return typeof sha256 === 'string' && Number.isFinite(voice) && Array.isArray(events) && events.every(isEvent);
}

function isEvent(one: Partial<SoundEvent> | null): boolean {
  return typeof one?.label === 'string' && Number.isFinite(one.score);
}
