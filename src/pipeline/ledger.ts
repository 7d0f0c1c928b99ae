import type { Frame, InputNumber, StreamId } from '../frame/index.ts';
import type { Verdict } from '../contract/index.ts';

/** The account of one stream. `received` = `used` + every number in `dropped` from inside + `held`. */
export interface StreamAccount {
  /** Frames admitted. */
  readonly received: number;
  /** Frames that entered a set or an estimate. */
  readonly used: number;
  /** Frames given up after admission, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Frames waiting in the aligning buffer that nothing has used yet. */
  readonly held: number;
  /** Frames that the driver lost before admission, by reason. */
  readonly lost: Readonly<Record<string, number>>;
}

interface Account {
  received: number;
  used: number;
  held: number;
  dropped: Record<string, number>;
  lost: Record<string, number>;
}

/**
 * Accounts for every frame: a frame is used once any stage used it, and dropped (with the first reason given) once
 * every stage that it was offered to has let it go.
 */
export interface Ledger {
  received(stream: StreamId): void;
  /** Lost before admission. */
  lost(stream: StreamId, reason: string, count: number): void;
  /** The frame is offered to the stages; `holdable` when the aligner may keep it beyond this step. */
  open(frame: Frame, holdable: boolean): void;
  /** What a stage decided at once. */
  judge(frame: Frame, verdict: Verdict): void;
  /** The aligner's last word on a frame that it may have held. */
  release(frame: Frame, verdict: Verdict): void;
  /** Every stage has been asked. */
  close(frame: Frame): void;
  /** Refused before any stage: by the clock. */
  refuse(stream: StreamId, reason: string): void;
  account(stream: StreamId): StreamAccount;
}

/** A frame whose fate is not decided: whether anything used it, the first refusal, and who may still decide. */
interface OpenFrame {
  readonly input: InputNumber;
  used: boolean;
  reason: string | undefined;
  held: boolean;
  asked: boolean;
}

/** Makes a ledger with an empty account for each stream. */
export function createLedger(streams: readonly StreamId[]): Ledger {
  const accounts = new Map<StreamId, Account>(
    streams.map((stream) => [stream, { received: 0, used: 0, held: 0, dropped: {}, lost: {} }]),
  );
  const open = createOpenFrames();

  function account(stream: StreamId): Account {
    let found = accounts.get(stream);
    if (found === undefined) {
      found = { received: 0, used: 0, held: 0, dropped: {}, lost: {} };
      accounts.set(stream, found);
    }
    return found;
  }

  function note(entry: OpenFrame, frame: Frame, verdict: Verdict): void {
    if (verdict.verdict === 'used' && !entry.used) {
      entry.used = true;
      account(frame.stream).used += 1;
      account(frame.stream).held -= 1;
    } else if (verdict.verdict === 'dropped') {
      entry.reason ??= verdict.reason;
    }
  }

  function settle(entry: OpenFrame, frame: Frame): void {
    if (entry.held || !entry.asked) return;
    open.remove(frame.input);
    if (entry.used) return;
    account(frame.stream).held -= 1;
    count(account(frame.stream).dropped, entry.reason ?? 'not used', 1);
  }

  return {
    received(stream) {
      account(stream).received += 1;
    },
    lost(stream, reason, frames) {
      count(account(stream).lost, reason, frames);
    },
    refuse(stream, reason) {
      count(account(stream).dropped, reason, 1);
    },
    open(frame, holdable) {
      open.add({ input: frame.input, used: false, reason: undefined, held: holdable, asked: false });
      account(frame.stream).held += 1;
    },
    judge(frame, verdict) {
      const entry = open.get(frame.input);
      if (entry !== undefined) note(entry, frame, verdict);
    },
    release(frame, verdict) {
      const entry = open.get(frame.input);
      if (entry === undefined) return;
      note(entry, frame, verdict);
      entry.held = false;
      settle(entry, frame);
    },
    close(frame) {
      const entry = open.get(frame.input);
      if (entry === undefined) return;
      entry.asked = true;
      settle(entry, frame);
    },
    account,
  };
}

/**
 * The open frames by their number, which only grows: a sorted array. A `Map` that entries come and go in makes new tables
 * for ever; old ones keep what they held alive into the old generation, and a long replay's memory grew by a third.
 */
function createOpenFrames() {
  const frames: OpenFrame[] = [];

  /** Index of the first frame that is not before `input`. */
  function placeOf(input: InputNumber): number {
    let [low, high] = [0, frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (frames[middle].input < input) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(frame: OpenFrame): void {
      frames.push(frame);
    },
    get(input: InputNumber): OpenFrame | undefined {
      const index = placeOf(input);
      return index < frames.length && frames[index].input === input ? frames[index] : undefined;
    },
    remove(input: InputNumber): void {
      const index = placeOf(input);
      if (index === frames.length || frames[index].input !== input) return;
      frames.copyWithin(index, index + 1);
      frames.pop();
    },
  };
}

function count(reasons: Record<string, number>, reason: string, by: number): void {
  reasons[reason] = (reasons[reason] ?? 0) + by;
}
