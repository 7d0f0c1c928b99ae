import type { PackedThing } from './things.ts';
import type { FrameId, InputNumber, StreamId, Vector3 } from '../frame/index.ts';

/** Where something is, as far as pose and depth told. */
export interface Place {
  readonly frame: FrameId;
  /** m. */
  readonly position: Vector3;
  /** Standard deviation of the position in each direction, m. */
  readonly deviation: number;
  /** s between the picture and the measurement of depth that the position rests on. */
  readonly age: number;
  /** Whether it is that of the thing itself; unset: of what lies in the middle of its picture. */
  readonly isOfThing?: true;
}

/** Something that is remembered of a picture, by itself. */
export interface RememberedThing
  extends Pick<PackedThing, 'embedding' | 'kind' | 'seen'>, Partial<Pick<PackedThing, 'box' | 'distance'>> {
  /** Where that is known. */
  readonly place?: Place;
}

/** What is remembered of a picture. */
export interface Memory {
  /** Unix time of the picture, µs: whole, and the same across sessions. */
  readonly at: number;
  readonly stream: StreamId;
  /** Packed: see embedding.ts. */
  readonly embedding: string;
  /** SHA-256 of the encoder, hex. */
  readonly encoder: string;
  /** Number of the picture in its session. */
  readonly input: InputNumber;
  readonly place?: Place;
  /** What it shows, thing by thing, where the encoder tells. */
  readonly things?: readonly RememberedThing[];
}

/** What is asked of the memory. */
export interface RecallQuery {
  readonly embedding: string;
  readonly encoder: string;
  /** How many at the most. */
  readonly count: number;
  /** Unix time, µs: nothing older. */
  readonly since?: number;
  /** Nothing farther than so many m from a point of `frame`, nothing whose place is unknown. */
  readonly near?: { readonly frame: FrameId; readonly point: readonly number[]; readonly radius: number };
}

/** Something that the memory holds. */
export interface Recalled {
  /** Its number in the memory: never given twice. */
  readonly id: number;
  /** Cosine with the question. */
  readonly similarity: number;
  readonly at: number;
  readonly stream: StreamId;
  readonly input: InputNumber;
  /** Whether it was put there in this session: `odom` is the same, and the input's number is of this log. */
  readonly isOfSession: boolean;
  readonly place?: Place;
  readonly things?: readonly RememberedThing[];
  /** JPEG, base64. */
  readonly thumbnail?: string;
}

/** What the memory answers. */
export interface RecallAnswer {
  /** Best first. */
  readonly found: readonly Recalled[];
  /** Pictures that it holds. */
  readonly count: number;
  /** Mean and standard deviation of the question's cosine with pictures of all kinds. */
  readonly mean: number;
  readonly deviation: number;
}

/** What is to be forgotten: all that meets every condition that is given; at least one is. */
export interface ForgetQuery {
  readonly ids?: readonly number[];
  /** Unix time, µs; both ends are meant too. */
  readonly from?: number;
  readonly to?: number;
  /** All that is at least so similar. */
  readonly like?: { readonly embedding: string; readonly encoder: string; readonly similarity: number };
  /** Examples of the sort that was taught under this name, and no pictures. */
  readonly taught?: string;
}

/** What the memory tells of one picture. */
export type RememberedPicture = Pick<Memory, 'at' | 'stream' | 'embedding' | 'encoder' | 'things'>;

/** Whether this is one. */
export function isRememberedPicture(output: unknown): output is RememberedPicture {
  const { at, stream, embedding, encoder, things = [] } = (output ?? {}) as Partial<RememberedPicture>;
  return (
    [stream, embedding, encoder].every((its) => typeof its === 'string') &&
    Number.isSafeInteger(at) &&
    Array.isArray(things)
  );
}

/** s of a block of time: a watch tells of one thing once in each, and its threshold is found from what the greatest of each are. */
export const BLOCK_SECONDS = 10;

/** Number of the block that a moment lies in. @param at Unix time, µs */
export function blockOf(at: number): number {
  return Math.floor(at / (BLOCK_SECONDS * 1e6));
}

/** Whether this is an answer, and all its numbers are. */
export function isRecallAnswer(output: unknown): output is RecallAnswer {
  const { found, count, mean, deviation } = (output ?? {}) as Partial<RecallAnswer>;
  const isFound = ({ id, similarity, at }: Partial<Recalled>): boolean => [id, similarity, at].every(Number.isFinite);
  return [count, mean, deviation].every(Number.isFinite) && Array.isArray(found) && found.every(isFound);
}

/** Whether this is an answer, and all its numbers are. */
export function isThresholdAnswer(output: unknown): output is ThresholdAnswer {
  const { threshold, hours } = (output ?? {}) as Partial<ThresholdAnswer>;
  return [threshold, hours].every(Number.isFinite);
}

/** How many were forgotten. */
export interface ForgetAnswer {
  /** Pictures. */
  readonly forgotten: number;
  /** Examples of what was taught. */
  readonly examples?: number;
}

/** Whether this is an answer. */
export function isForgetAnswer(output: unknown): output is ForgetAnswer {
  return Number.isFinite(((output ?? {}) as Partial<ForgetAnswer>).forgotten);
}

/** What a threshold is wanted for. */
export interface ThresholdQuery {
  readonly embedding: string;
  /** Of an example. */
  readonly kind?: string;
  readonly encoder: string;
  /** False alarms an hour. */
  readonly perHour: number;
}

/** A threshold, and what it rests on. */
export interface ThresholdAnswer {
  readonly threshold: number;
  readonly hours: number;
}
