import {
  similarityOf,
  unpackEmbedding,
  unpackThing,
  type EffectRequest,
  type PackedThing,
  type SeenThing,
} from '../contract/index.ts';
import {
  NS_PER_SECOND,
  type Frame,
  type FrameId,
  type InputNumber,
  type Stamp,
  type StreamId,
} from '../frame/index.ts';
import type { EmbedderConfig } from './config.ts';
import { PictureQuestions, type PictureCounters, type PictureQuestion } from './question.ts';

/** Where a picture lies among all that can be said and seen. */
export interface Embedded {
  /** Of the effect that told it. */
  readonly id: string;
  readonly stream: StreamId;
  readonly model: string;
  /** SHA-256 of the encoder, hex. */
  readonly encoder: string;
  /** The picture's time of validity, its coordinate frame and its number. */
  readonly stamp: Stamp;
  readonly frameId: FrameId;
  readonly input: InputNumber;
  /** s from the picture's stamp to the answer. */
  readonly age: number;
  readonly embedding: Float32Array;
  /** Packed: as it was answered. */
  readonly packed: string;
  /** What it shows, thing by thing; `undefined`: the encoder knows pictures as a whole only. */
  readonly things: readonly SeenThing[] | undefined;
  /** Greatest cosine with what was kept of late; -1 where there was nothing. */
  readonly likeness: number;
  /** Whether it shows something new: it is to be remembered. */
  readonly isNew: boolean;
}

/** What an encoder answers: the output of its effect. */
export interface EmbeddingAnswer {
  /** Of the encoder, hex. */
  readonly sha256: string;
  /** Packed. */
  readonly embedding: string;
  /** Words that the encoder does not know, where it was asked about words and can tell. */
  readonly unknown?: readonly string[];
  /** What a picture shows, thing by thing, where it was asked about one and can tell. */
  readonly things?: readonly PackedThing[];
}

/** How an embedder fares. */
export interface EmbedderCounters extends PictureCounters {
  /** Pictures that look like one that was kept shortly before. */
  readonly alike: number;
}

/** Pictures that a new one is compared with. */
const COMPARED = 16;

/** The stage of one stream of pictures whose embeddings are wanted: which of them are new is found out here. */
export class Embedder {
  readonly #questions: PictureQuestions<EmbeddingAnswer>;
  readonly #alike: number;
  readonly #kept: Float32Array[] = [];
  #encoder: string | undefined;
  #alikeCount = 0;

  constructor(
    stream: StreamId,
    config: EmbedderConfig,
    ask: (request: EffectRequest) => void,
    embedded: (embedded: Embedded, now: Stamp) => void,
  ) {
    const { model, thumbnail } = config;
    this.#alike = config.alike;
    const idOf = ({ input }: Frame): string => `embed/${stream}/${model}/${input}`;
    const question: PictureQuestion<EmbeddingAnswer> = {
      request: (frame, at) => ({ id: idOf(frame), model, at, task: 'embedPicture', frame, thumbnail }),
      isAnswer: isEmbeddingAnswer,
      told: ({ sha256: encoder, embedding: packed, things: its }, frame, now) => {
        const { stamp, frameId, input } = frame;
        const embedding = unpackEmbedding(packed) as Float32Array;
        const age = (now - stamp) / NS_PER_SECOND;
        const things = its?.flatMap((thing) => unpackThing(thing) ?? []);
        const seen = { id: idOf(frame), stream, model, encoder, stamp, frameId, input, age, embedding, packed, things };
        embedded({ ...seen, ...this.#judge(encoder, embedding) }, now);
      },
    };
    this.#questions = new PictureQuestions(config, question, ask);
  }

  take(frame: Frame, now: Stamp): boolean {
    return this.#questions.take(frame, now);
  }

  answer(...[id, outcome, now]: Parameters<PictureQuestions<EmbeddingAnswer>['answer']>): boolean {
    return this.#questions.answer(id, outcome, now);
  }

  tick(now: Stamp): void {
    this.#questions.tick(now);
  }

  counters(): EmbedderCounters {
    return { ...this.#questions.counters(), alike: this.#alikeCount };
  }

  #judge(encoder: string, embedding: Float32Array): Pick<Embedded, 'likeness' | 'isNew'> {
    if (this.#encoder !== encoder) this.#kept.length = 0;
    this.#encoder = encoder;
    const likeness = this.#kept.reduce((most, one) => Math.max(most, similarityOf(one, embedding)), -1);
    const isNew = likeness < this.#alike;
    if (!isNew) this.#alikeCount += 1;
    else if (this.#kept.push(embedding) > COMPARED) this.#kept.shift();
    return { likeness, isNew };
  }
}

/** Whether this is an answer, and its embedding is one. */
export function isEmbeddingAnswer(output: unknown): output is EmbeddingAnswer {
  const { sha256, embedding, unknown, things = [] } = (output ?? {}) as Partial<EmbeddingAnswer>;
  if (typeof sha256 !== 'string' || typeof embedding !== 'string') return false;
  const isKnown =
    unknown === undefined || (Array.isArray(unknown) && unknown.every((word) => typeof word === 'string'));
  return isKnown && Array.isArray(things) && unpackEmbedding(embedding) !== undefined;
}
