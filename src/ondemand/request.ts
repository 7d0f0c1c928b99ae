/**
 * What a viewer says, as one JSON object in one part: once a second, and whenever it has taken something. All of it is said each time,
 * so that a request that is lost costs nothing.
 */
export interface Request {
  /** Full names of the topics that are wanted. */
  readonly topics: readonly string[];
  /** Messages that may be on the way at a time, 1..{@link MOST_WINDOW}. */
  readonly window: number;
  /** Messages taken since the connection was made. */
  readonly taken: number;
}

/** Messages on the way at a time, at most. */
export const MOST_WINDOW = 32;
/** Bytes of a request, and topics in it. */
export const LONGEST_REQUEST = 65_536;
const MOST_TOPICS = 64;
const LONGEST_TOPIC = 512;

/** @returns `undefined` for what is no request */
export function parseRequest(bytes: Uint8Array): Request | undefined {
  if (bytes.length > LONGEST_REQUEST) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { topics, window, taken } = said as Partial<Record<keyof Request, unknown>>;
  if (!isCount(window, 1, MOST_WINDOW) || !isCount(taken, 0, Number.MAX_SAFE_INTEGER)) return undefined;
  if (!Array.isArray(topics) || topics.length > MOST_TOPICS || !topics.every(isTopic)) return undefined;
  return { topics, window, taken };
}

function isCount(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isTopic(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TOPIC;
}
