import type { Publication } from '../contract/index.ts';
import { decode } from '../publish/index.ts';

/** How one topic differs between two runs over the same inputs. */
export interface TopicDifference {
  readonly topic: string;
  /** Messages of either run. */
  readonly messages: number;
  readonly otherMessages: number;
  /** Messages that are the same, byte for byte. */
  readonly same: number;
  /** Sequence number of the first message that differs or is missing. */
  readonly first: number | undefined;
  /** For poses: distance between the two, m. */
  readonly distance?: { readonly rms: number; readonly max: number; readonly last: number };
}

interface Tally {
  messages: number;
  otherMessages: number;
  same: number;
  first: number | undefined;
  squares: number;
  max: number;
  last: number;
  poses: number;
  /** Messages of one run that the other has not come to yet. */
  readonly waiting: Publication[];
  waitingIsOther: boolean;
}

/** Compares what two pipelines publish, topic by topic and number by number, as they go. */
export interface Comparison {
  readonly one: (publication: Publication) => void;
  readonly other: (publication: Publication) => void;
  /** In alphabetical order of topics. */
  readonly result: () => TopicDifference[];
}

/** Largest number of messages of a topic that wait for their counterpart. The rest counts as differing. */
const MOST_WAITING = 10_000;

/** Makes a comparison. Feed both sides input by input, so that little waits. */
export function createComparison(): Comparison {
  const topics = new Map<string, Tally>();

  function take(publication: Publication, isOther: boolean): void {
    let tally = topics.get(publication.topic);
    if (tally === undefined) {
      tally = emptyTally();
      topics.set(publication.topic, tally);
    }
    if (isOther) tally.otherMessages += 1;
    else tally.messages += 1;
    if (tally.waiting.length === 0 || tally.waitingIsOther === isOther) {
      tally.waitingIsOther = isOther;
      if (tally.waiting.length < MOST_WAITING) tally.waiting.push(publication);
      return;
    }
    const partner = tally.waiting.shift() as Publication;
    const [one, other] = isOther ? [partner, publication] : [publication, partner];
    compare(tally, one, other);
  }

  return {
    one: (publication) => take(publication, false),
    other: (publication) => take(publication, true),
    result: () => [...topics].sort(([a], [b]) => (a < b ? -1 : 1)).map(([topic, tally]) => differenceOf(topic, tally)),
  };
}

function emptyTally(): Tally {
  return {
    messages: 0,
    otherMessages: 0,
    same: 0,
    first: undefined,
    squares: 0,
    max: 0,
    last: 0,
    poses: 0,
    waiting: [],
    waitingIsOther: false,
  };
}

function compare(tally: Tally, one: Publication, other: Publication): void {
  if (one.schema === 'Pose') comparePoses(tally, one, other);
  if (Buffer.compare(one.payload, other.payload) === 0) tally.same += 1;
  else tally.first ??= one.sequence;
}

function comparePoses(tally: Tally, one: Publication, other: Publication): void {
  const a = decode(one.payload, 'Pose').pose.position;
  const b = decode(other.payload, 'Pose').pose.position;
  const distance = Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
  tally.squares += distance * distance;
  tally.max = Math.max(tally.max, distance);
  tally.last = distance;
  tally.poses += 1;
}

function differenceOf(topic: string, tally: Tally): TopicDifference {
  const { messages, otherMessages, same, waiting, poses } = tally;
  const first = tally.first ?? waiting[0]?.sequence;
  const difference = { topic, messages, otherMessages, same, first };
  if (poses === 0) return difference;
  return { ...difference, distance: { rms: Math.sqrt(tally.squares / poses), max: tally.max, last: tally.last } };
}
