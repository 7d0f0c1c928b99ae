import { DROP_REASONS, type Aligner, type AlignerOutput, type DropReason } from '../../src/align/aligner.ts';
import type { Ticket } from '../../src/contract/index.ts';
import { stampOf, type AlignedSet, type Frame, type SetMember } from '../../src/frame/index.ts';

/** What an aligner made of some frames. */
export interface Outcome {
  readonly sets: readonly AlignedSet[];
  readonly used: readonly Frame[];
  readonly dropped: readonly { readonly frame: Frame; readonly reason: DropReason }[];
  readonly held: number;
}

/** An aligner under test, whose frames are told apart by their tickets. */
export function createBench(create: (output: AlignerOutput) => Aligner, streams: readonly string[]) {
  const given: Frame[] = [];
  const sets: AlignedSet[] = [];
  const used: Frame[] = [];
  const dropped: { frame: Frame; reason: DropReason }[] = [];
  const aligner = create({
    set: (set) => sets.push(set),
    used: (ticket) => used.push(given[ticket]),
    dropped: (ticket, reason) => dropped.push({ frame: given[ticket], reason: DROP_REASONS[reason] }),
  });
  let now = stampOf(0);
  return {
    aligner,
    /** Time passes to a frame's arrival, and it goes in. */
    add(frame: Frame): void {
      if (frame.received > now) now = frame.received;
      aligner.add(streams.indexOf(frame.stream), frame, (given.push(frame) - 1) as Ticket, now);
    },
    outcome(): Outcome {
      const held = streams.reduce((sum, _, i) => sum + aligner.holding.held(i), 0);
      return { sets, used, dropped, held };
    },
  };
}

/** Everything at once; `endMs`: a last tick. */
export function align(
  create: (output: AlignerOutput) => Aligner,
  streams: readonly string[],
  frames: readonly Frame[],
  endMs?: number,
): Outcome {
  const bench = createBench(create, streams);
  for (const frame of frames) bench.add(frame);
  if (endMs !== undefined) bench.aligner.tick?.(stampOf(endMs * 1e6));
  return bench.outcome();
}

/** The frames of a set's members: each stream's inputs. */
export function inputsOf(member: SetMember | undefined): number[] {
  switch (member?.how) {
    case undefined:
      return [];
    case 'nearest':
    case 'held':
      return [member.frame.input];
    case 'interpolated':
      return [member.before.input, member.after.input];
    case 'window':
      return member.frames.map((frame) => frame.input);
  }
}

/** A stream's member of a set. */
export function memberOf(set: AlignedSet, stream: string): SetMember | undefined {
  return set.members.find((member) => member.stream === stream);
}
