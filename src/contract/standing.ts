/** Something that stands on a table, as a network sees it. */
export interface Standing {
  readonly label: string;
  readonly colour: string;
  /** Metres ahead of the camera and to the left of its axis. */
  readonly place: readonly [ahead: number, left: number];
  /** How sure the network is that something stands there, 0..1. */
  readonly score: number;
}

/** How far an arrangement is from another one. */
export interface Nearness {
  /** Metres that things still have to go, all together; what is not there, or is not what is wanted, counts as metres too. */
  readonly remaining: number;
  /** 1: it is the goal; towards 0 the more remains. */
  readonly nearness: number;
  /** Things of the goal that are nowhere to be seen. */
  readonly missing: readonly Standing[];
}

/** What a model that imagines answers: the part of the effect's output that is used. */
export interface ImagineAnswer {
  /** Of the model, hex. */
  readonly sha256: string;
  /** JPEG, base64. */
  readonly picture: string;
  /** What stands where in it, as the model sees its own picture, from left to right. */
  readonly things: readonly Standing[];
  /** Words that it does not know. */
  readonly unknown?: readonly string[];
}

/** What it answers about the way to a goal. */
export interface ProgressAnswer extends Nearness {
  readonly sha256: string;
  /** In the goal, and in view. */
  readonly wanted: readonly Standing[];
  readonly there: readonly Standing[];
  readonly unknown?: readonly string[];
}

/** Whether this is an answer, and all its numbers are. */
export function isImagineAnswer(output: unknown): output is ImagineAnswer {
  const { sha256, picture, things, unknown } = (output ?? {}) as Partial<ImagineAnswer>;
  return typeof sha256 === 'string' && typeof picture === 'string' && areStanding(things) && areWords(unknown);
}

/** Whether this is an answer, and all its numbers are. */
export function isProgressAnswer(output: unknown): output is ProgressAnswer {
  const { sha256, nearness, remaining, missing, wanted, there, unknown } = (output ?? {}) as Partial<ProgressAnswer>;
  const areNumbers = [nearness, remaining].every(Number.isFinite);
  return typeof sha256 === 'string' && areNumbers && [missing, wanted, there].every(areStanding) && areWords(unknown);
}

function areStanding(things: unknown): boolean {
  return Array.isArray(things) && things.every(isStanding);
}

function isStanding(thing: unknown): boolean {
  const { label, colour, place, score } = (thing ?? {}) as Partial<Standing>;
  const areNames = [label, colour].every((name) => typeof name === 'string');
  return areNames && Array.isArray(place) && place.length === 2 && [...place, score].every(Number.isFinite);
}

function areWords(words: unknown): boolean {
  return words === undefined || (Array.isArray(words) && words.every((word) => typeof word === 'string'));
}
