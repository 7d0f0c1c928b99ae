import type { EffectOutcome, EffectRequest, HeadShape } from '../../contract/index.ts';
import { NS_PER_MS, type InputNumber, type Stamp, type StreamId } from '../../frame/index.ts';
import { isHeadAnswer, isOpened, type HeadAnswer } from './answers.ts';
import type { HeadConfig } from './config.ts';

/** What a modality gave to a window. */
interface Part {
  /** [steps, dims], zeros where masked. */
  readonly values: Float32Array;
  /** [steps]: 1 = something was measured. */
  readonly mask: Float32Array;
  /** None where nothing came. */
  readonly inputs: { readonly first: InputNumber; readonly last: InputNumber; readonly count: number } | undefined;
}

/** A stretch of time as all modalities of a head saw it. */
export interface ModalityWindow {
  readonly start: Stamp;
  readonly end: Stamp;
  /** Streams that are not there at all have none. */
  readonly sequences: ReadonlyMap<StreamId, Part>;
}

/** What one modality had to do with a decision. */
export interface ModalityShare {
  readonly stream: StreamId;
  /** Share of the steps in which something was measured, 0..1. */
  readonly present: number;
  /** Unplugged by a command. */
  readonly unplugged: boolean;
  /** By how many nats the decision is another one without it; 0 where it is absent. */
  readonly contribution: number;
  readonly inputs: Part['inputs'];
}

/** What a head decided about a window. */
export interface Decision {
  readonly head: string;
  readonly model: string;
  /** SHA-256 of the network, hex. */
  readonly modelHash: string;
  readonly start: Stamp;
  readonly end: Stamp;
  /** The likeliest class, and how likely it is. */
  readonly label: string;
  readonly confidence: number;
  /** By class, in the model's order. */
  readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
  /** 0..1. */
  readonly uncertainty: number;
  readonly modalities: readonly ModalityShare[];
}

/** How a head fares. */
export interface DeciderCounters {
  readonly asked: number;
  readonly answered: number;
  /** Windows that came while one was being decided about. */
  readonly passedOver: number;
  /** Windows in which nothing was measured. */
  readonly empty: number;
  /** Answers that came to nothing, by reason. */
  readonly failed: Readonly<Record<string, number>>;
}

/** What became of a model that was to be used: `refused` says why it is not. */
export type Swapped = { readonly model: string } & ({ readonly modelHash: string } | { readonly refused: string });

interface Open {
  readonly id: string;
  readonly model: string;
  readonly window: ModalityWindow;
  readonly unplugged: ReadonlySet<StreamId>;
  readonly at: Stamp;
}

interface Swap {
  readonly id: string;
  readonly model: string;
  readonly at: Stamp;
  readonly done: (swapped: Swapped) => void;
}

/** ms that a model that is to be used may take to be looked at. */
const SWAP_MS = 10_000;

/**
 * The stage of one fusion head: asks about each window and takes the answers. One question is open at a time; what comes meanwhile is
 * passed over, as the next window shows most of it again. Its model may be replaced while it runs: the new one is looked at first, and
 * the old one decides until that has come to an end, and goes on where it comes to nothing.
 */
export class Decider {
  readonly #name: string;
  readonly #config: HeadConfig;
  readonly #shape: HeadShape;
  readonly #request: (request: EffectRequest) => void;
  readonly #decided: (decision: Decision) => void;
  #model: string | undefined;
  #open: Open | undefined;
  #swap: Swap | undefined;
  #asked = 0;
  #answered = 0;
  #passedOver = 0;
  #empty = 0;
  readonly #failed: Record<string, number> = {};

  constructor(
    name: string,
    config: HeadConfig,
    shape: HeadShape,
    request: (request: EffectRequest) => void,
    decided: (decision: Decision) => void,
  ) {
    this.#name = name;
    this.#config = config;
    this.#shape = shape;
    this.#request = request;
    this.#decided = decided;
    this.#model = config.model;
  }

  /** The model that decides; `undefined`: none does. */
  get model(): string | undefined {
    return this.#model;
  }

  /** @param unplugged streams that are masked because of a command */
  take(window: ModalityWindow, unplugged: ReadonlySet<StreamId>, now: Stamp): void {
    if (this.#model === undefined) return;
    if (this.#open !== undefined) {
      this.#passedOver += 1;
      return;
    }
    const parts = [...window.sequences];
    if (parts.every(([, { inputs }]) => inputs === undefined)) {
      this.#empty += 1;
      return;
    }
    const id = `fuse/${this.#name}/${window.end}`;
    this.#open = { id, model: this.#model, window, unplugged: new Set(unplugged), at: now };
    this.#asked += 1;
    const asked = Object.fromEntries(parts.map(([stream, { values, mask }]) => [stream, { values, mask }]));
    this.#request({ id, model: this.#model, at: now, task: 'fuse', window: asked });
  }

  /**
   * Another model is to decide.
   * @param input number of the command
   * @param done told what became of it, once
   */
  use(model: string, input: InputNumber, now: Stamp, done: (swapped: Swapped) => void): void {
    if (this.#swap !== undefined) return done({ model, refused: 'another model is being looked at' });
    const id = `open/${this.#name}/${input}`;
    this.#swap = { id, model, at: now, done };
    this.#request({ id, model, at: now, task: 'open', shape: this.#shape });
  }

  /** @returns whether the answer was to a question that is open here */
  answer(id: string, outcome: EffectOutcome): boolean {
    if (this.#swap?.id === id) {
      this.#swapped(this.#swap, outcome);
      return true;
    }
    const open = this.#open;
    if (open?.id !== id) return false;
    this.#open = undefined;
    if (outcome.status === 'failed') this.#fail(outcome.reason);
    else if (!isHeadAnswer(outcome.output)) this.#fail('not finite');
    else {
      this.#answered += 1;
      this.#tell(open, outcome.output);
    }
    return true;
  }

  #swapped(swap: Swap, outcome: EffectOutcome): void {
    this.#swap = undefined;
    const { model, done } = swap;
    if (outcome.status === 'failed') return done({ model, refused: outcome.reason });
    if (!isOpened(outcome.output)) return done({ model, refused: 'no answer that makes sense' });
    if ('refused' in outcome.output) return done({ model, refused: outcome.output.refused });
    this.#model = model;
    done({ model, modelHash: outcome.output.opened });
  }

  #tell({ model, window, unplugged }: Open, answer: HeadAnswer): void {
    const { sha256, classes, probabilities, uncertainty, contributions } = answer;
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.#decided({
      head: this.#name,
      model,
      modelHash: sha256,
      start: window.start,
      end: window.end,
      label: classes[best],
      confidence: probabilities[best],
      probabilities: classes.map((label, i) => ({ label, probability: probabilities[i] })),
      uncertainty,
      modalities: this.#config.streams.map((stream) => {
        const part = window.sequences.get(stream);
        return {
          stream,
          present: part === undefined ? 0 : part.mask.reduce((sum, one) => sum + one, 0) / part.mask.length,
          unplugged: unplugged.has(stream),
          contribution: contributions[stream] ?? 0,
          inputs: part?.inputs,
        };
      }),
    });
  }

  /** Time has passed: questions that have been open for too long are given up. */
  tick(now: Stamp): void {
    if (this.#open !== undefined && now - this.#open.at > this.#config.deadlineMs * NS_PER_MS) {
      this.#open = undefined;
      this.#fail('no answer');
    }
    const swap = this.#swap;
    if (swap !== undefined && now - swap.at > SWAP_MS * NS_PER_MS) {
      this.#swap = undefined;
      swap.done({ model: swap.model, refused: 'no answer' });
    }
  }

  counters(): DeciderCounters {
    return {
      asked: this.#asked,
      answered: this.#answered,
      passedOver: this.#passedOver,
      empty: this.#empty,
      failed: { ...this.#failed },
    };
  }

  #fail(reason: string): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + 1;
  }
}
