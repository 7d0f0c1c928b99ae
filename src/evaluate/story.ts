import { lastToArrive, type AlignConfig, type DropReason } from '../align/index.ts';
import {
  NS_PER_SECOND,
  type AlignedSet,
  type Frame,
  type MissingReason,
  type SetMember,
  type Stamp,
  type StreamId,
} from '../frame/index.ts';
import type { Witness } from '../pipeline/index.ts';

/** How often something happened, and how bad it was at worst. */
export interface Tally {
  readonly count: number;
  /** s: how late, how far off; `undefined` where there is nothing to measure. */
  readonly worst?: number;
}

/** What became of one stream's frames in the aligning buffer. */
export interface StreamStory {
  readonly stream: StreamId;
  /** Frames with a time, and frames refused before they had one, by reason. */
  readonly frames: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Sets that it is in. */
  readonly sets: number;
  /** Frames that no set took, by reason. For `late`, `worst` is the lateness that would have been needed, s. */
  readonly unaligned: Readonly<Partial<Record<DropReason, Tally>>>;
  /** Sets without it, by reason. `worst` is the largest distance of the nearest frame, s. */
  readonly missing: Readonly<Partial<Record<MissingReason, Tally>>>;
  /** Sets that it was waited for, and the longest wait, s. */
  readonly waitedFor: Tally;
}

/** The set that was asked for. */
export interface SetStory {
  readonly number: number;
  /** s since the beginning of the log. */
  readonly at: number;
  readonly completed: number;
  readonly spread: number;
  readonly members: readonly {
    readonly stream: StreamId;
    readonly how: SetMember['how'];
    /** Frames. */
    readonly frames: number;
    /** s from the set's moment; of a window to its first and its last frame. */
    readonly from: number;
    readonly to: number;
    readonly deviation: number;
    /** When its last frame was received, s since the beginning of the log. */
    readonly received: number;
  }[];
  readonly missing: AlignedSet['missing'];
  readonly waitedFor: AlignedSet['waitedFor'];
}

/** What was found out. */
export interface Story {
  readonly policy: AlignConfig['policy'];
  readonly sets: number;
  /** Sets that miss nothing. */
  readonly whole: number;
  readonly streams: readonly StreamStory[];
  /** The set that was asked for; `undefined` when there is none, or none was asked for. */
  readonly set?: SetStory;
  /** When asked for a time: the last frame of each stream at or before it, and the first after it, s since the beginning. */
  readonly around?: readonly { readonly stream: StreamId; readonly before?: number; readonly after?: number }[];
}

/** What is asked for. */
export interface Question {
  /** Number of a set. */
  readonly set?: number;
  /** A time: the set nearest to it is told. */
  readonly at?: Stamp;
}

/** A witness that remembers what it takes to say why. */
export interface StoryTeller extends Witness {
  readonly story: () => Story;
}

interface Counted {
  count: number;
  worst: number | undefined;
}

interface StreamNotes {
  frames: number;
  readonly refused: Record<string, number>;
  sets: number;
  readonly unaligned: Partial<Record<DropReason, Counted>>;
  readonly missing: Partial<Record<MissingReason, Counted>>;
  readonly waitedFor: Counted;
  before: Stamp | undefined;
  after: Stamp | undefined;
}

/** Sets that a late frame may have belonged to. */
const REMEMBERED_SETS = 256;

/**
 * Makes a witness of a run.
 * @param streams that are aligned, in their order
 * @param origin beginning of the log
 */
export function createStoryTeller(
  policy: AlignConfig['policy'],
  streams: readonly StreamId[],
  origin: Stamp,
  question: Question = {},
): StoryTeller {
  const notes = new Map<StreamId, StreamNotes>(
    streams.map((stream) => [
      stream,
      {
        frames: 0,
        refused: {},
        sets: 0,
        unaligned: {},
        missing: {},
        waitedFor: { count: 0, worst: undefined },
        before: undefined,
        after: undefined,
      },
    ]),
  );
  const recent: { readonly stamp: Stamp; readonly pivotReceived: Stamp }[] = [];
  let sets = 0;
  let whole = 0;
  let found: AlignedSet | undefined;

  function onSet(set: AlignedSet): void {
    sets += 1;
    if (set.missing.length === 0) whole += 1;
    for (const { stream } of set.members) {
      const its = notes.get(stream);
      if (its !== undefined) its.sets += 1;
    }
    for (const { stream, reason, nearest } of set.missing) {
      const its = notes.get(stream);
      if (its !== undefined) its.missing[reason] = counted(its.missing[reason], nearest);
    }
    const waited = set.waitedFor ?? lastToArrive(set.members);
    const its = waited && notes.get(waited.stream);
    if (its !== undefined) {
      const { count, worst } = counted(its.waitedFor, waited?.seconds);
      its.waitedFor.count = count;
      its.waitedFor.worst = worst;
    }
    const leading = set.members.find((member) => member.how === 'nearest' && member.frame.stamp === set.stamp);
    const pivotReceived = leading?.how === 'nearest' ? leading.frame.received : set.completed;
    recent.push({ stamp: set.stamp, pivotReceived });
    if (recent.length > REMEMBERED_SETS) recent.shift();
    if (isAskedFor(set)) found = set;
  }

  function isAskedFor(set: AlignedSet): boolean {
    if (question.set !== undefined) return set.number === question.set;
    if (question.at === undefined) return false;
    return found === undefined || Math.abs(set.stamp - question.at) < Math.abs(found.stamp - question.at);
  }

  return {
    stamped(frame) {
      const its = notes.get(frame.stream);
      if (its === undefined) return;
      its.frames += 1;
      const { at } = question;
      if (at === undefined) return;
      if (frame.stamp <= at) its.before = latest(its.before, frame);
      else its.after ??= frame.stamp;
    },
    refused(stream, reason) {
      const its = notes.get(stream);
      if (its !== undefined) its.refused[reason] = (its.refused[reason] ?? 0) + 1;
    },
    set: onSet,
    unaligned(frame, reason, now) {
      const its = notes.get(frame.stream);
      if (its === undefined) return;
      its.unaligned[reason] = counted(
        its.unaligned[reason],
        reason === 'late' ? latenessNeeded(frame, now) : undefined,
      );
    },
    story: () => ({
      policy,
      sets,
      whole,
      streams: streams.flatMap((stream) => {
        const its = notes.get(stream);
        if (its === undefined) return [];
        const { frames, refused, unaligned, missing, waitedFor } = its;
        return [{ stream, frames, refused, sets: its.sets, unaligned, missing, waitedFor }];
      }),
      set: found && setStory(found, origin),
      around:
        question.at === undefined
          ? undefined
          : streams.map((stream) => ({
              stream,
              before: since(notes.get(stream)?.before, origin),
              after: since(notes.get(stream)?.after, origin),
            })),
    }),
  };

  /** How long after its pivot's arrival the set would have had to wait for the frame, s. */
  function latenessNeeded(frame: Frame, now: Stamp): number | undefined {
    const its = recent.find(({ stamp }) => stamp >= frame.stamp);
    return its && (now - its.pivotReceived) / NS_PER_SECOND;
  }
}

function latest(before: Stamp | undefined, { stamp }: Frame): Stamp {
  return before === undefined || stamp > before ? stamp : before;
}

function counted(before: Counted | undefined, measured: number | undefined): Counted {
  const worst =
    measured === undefined ? before?.worst : before?.worst === undefined ? measured : Math.max(before.worst, measured);
  return { count: (before?.count ?? 0) + 1, worst };
}

function setStory(set: AlignedSet, origin: Stamp): SetStory {
  const { number, stamp, completed, spread, members, missing } = set;
  return {
    number,
    at: (stamp - origin) / NS_PER_SECOND,
    completed: (completed - origin) / NS_PER_SECOND,
    spread,
    members: members.map((member) => {
      const frames = framesOf(member);
      const first = frames[0];
      const last = frames[frames.length - 1];
      return {
        stream: member.stream,
        how: member.how,
        frames: frames.length,
        from: (first.stamp - stamp) / NS_PER_SECOND,
        to: (last.stamp - stamp) / NS_PER_SECOND,
        deviation: member.deviation,
        received: (last.received - origin) / NS_PER_SECOND,
      };
    }),
    missing,
    waitedFor: set.waitedFor ?? lastToArrive(members),
  };
}

function framesOf(member: SetMember): readonly Frame[] {
  switch (member.how) {
    case 'nearest':
    case 'held':
      return [member.frame];
    case 'interpolated':
      return [member.before, member.after];
    case 'window':
      return member.frames;
  }
}

function since(stamp: Stamp | undefined, origin: Stamp): number | undefined {
  return stamp === undefined ? undefined : (stamp - origin) / NS_PER_SECOND;
}
