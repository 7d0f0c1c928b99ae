import { NS_PER_SECOND, stampOf, type AlignedSet, type Frame, type SetMember, type Stamp } from '../frame/index.ts';

const NOTHING_MISSING: AlignedSet['missing'] = [];

/** A member that is one frame, nearest to the set's moment `at` (ns). */
export function nearestMember(frame: Frame, at: number): SetMember {
  return {
    how: 'nearest',
    stream: frame.stream,
    frame,
    offset: (frame.stamp - at) / NS_PER_SECOND,
    deviation: frame.deviation,
  };
}

/** A member that is the latest frame at or before the set's moment `at` (ns). */
export function heldMember(frame: Frame, at: number): SetMember {
  const { stream, deviation } = frame;
  return { how: 'held', stream, frame, offset: (frame.stamp - at) / NS_PER_SECOND, deviation };
}

/** A member between two frames of different stamps, `at` (ns) between them. Their stamps' errors count as independent. */
export function interpolatedMember(before: Frame, after: Frame, at: number): SetMember {
  const fraction = (at - before.stamp) / (after.stamp - before.stamp);
  const deviation = Math.hypot((1 - fraction) * before.deviation, fraction * after.deviation);
  return { how: 'interpolated', stream: before.stream, before, after, fraction, deviation };
}

/** A member that is a window of frames, at least one; its time is as uncertain as its least certain frame's. */
export function windowMember(frames: readonly Frame[]): SetMember {
  let deviation = 0;
  for (const frame of frames) if (frame.deviation > deviation) deviation = frame.deviation;
  return { how: 'window', stream: frames[0].stream, frames, deviation };
}

/** A set of single frames with nothing missing: its moment is the latest member's. */
export function alignedSet(number: number, at: number, now: Stamp, members: readonly SetMember[]): AlignedSet {
  return {
    number,
    stamp: stampOf(at),
    completed: now,
    members,
    spread: spreadOf(members, at),
    missing: NOTHING_MISSING,
  };
}

/** s from the earliest to the latest stamp of the set: of its moment, and of its nearest members. What is held is old on purpose. */
export function spreadOf(members: readonly SetMember[], at: number): number {
  let earliest = at;
  let latest = at;
  for (const member of members) {
    if (member.how !== 'nearest') continue;
    const { stamp } = member.frame;
    if (stamp < earliest) earliest = stamp;
    if (stamp > latest) latest = stamp;
  }
  return (latest - earliest) / NS_PER_SECOND;
}

/** Whom a set without a deadline waited for: the member that was received last, and for how long after the one before it. */
export function lastToArrive(members: readonly SetMember[]): AlignedSet['waitedFor'] {
  let last = -Infinity;
  let before = -Infinity;
  let stream: string | undefined;
  for (const member of members) {
    const received = receivedOf(member);
    if (received > last) {
      before = last;
      last = received;
      stream = member.stream;
    } else if (received > before) before = received;
  }
  if (stream === undefined || before === -Infinity) return undefined;
  return { stream, seconds: (last - before) / NS_PER_SECOND };
}

/** When the last frame of a member was received. */
function receivedOf(member: SetMember): Stamp {
  switch (member.how) {
    case 'nearest':
    case 'held':
      return member.frame.received;
    case 'interpolated':
      return member.after.received > member.before.received ? member.after.received : member.before.received;
    case 'window':
      return member.frames[member.frames.length - 1].received;
  }
}
