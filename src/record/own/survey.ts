import { secNsecFromUnix, type InputNumber, type Stamp } from '../../frame/index.ts';
import { createHealth } from '../health.ts';
import type { ChannelSummary, LogReader } from '../log.ts';
import type { Gap, SessionEnd } from './session.ts';

/** What is told of a recording before, or after, its inputs are read. */
export type Overview = Pick<LogReader, 'channels' | 'health' | 'range' | 'end' | 'warnings'>;

/** A message as a survey sees it. */
export interface Surveyed {
  readonly channel: { readonly topic: string; readonly stream: string | undefined };
  readonly number: InputNumber;
  /** Running maximum of the times of arrival. */
  readonly now: Stamp;
  readonly at: Stamp;
  /** What it is: see {@link ChannelSummary.type}. */
  readonly type: string;
  readonly device: bigint | undefined;
}

/** Takes what is found in a recording while it is read from its beginning to its end. */
export interface Survey {
  readonly saw: (message: Surveyed) => void;
  readonly warn: (text: string) => void;
  readonly end: (end: SessionEnd) => void;
  readonly gap: (gap: Gap) => void;
  readonly unreadable: (topic: string, why: string) => void;
  /** After the last of it. */
  readonly overview: () => Overview;
}

/** @param begin number of the first input */
export function createSurvey(begin: number): Survey {
  const warnings: string[] = [];
  const health = createHealth();
  const topics = new Map<string, { type: string; count: number; stream: string | undefined }>();
  const gaps: Gap[] = [];
  const unreadable = new Map<string, string>();
  const holes: number[] = [];
  let end: SessionEnd | undefined;
  let first: Stamp | undefined;
  let last: Stamp | undefined;
  let expected = begin;

  function allWarnings(): string[] {
    const all = [...warnings];
    for (const [topic, why] of unreadable) all.push(`${topic}: messages passed over: ${why}`);
    for (const gap of gaps) all.push(gapText(gap));
    // A file that goes on after a gap says so itself; so does one that begins after others.
    const untold = holes.filter((at) => !gaps.some((gap) => gap.first <= at && at <= (gap.last ?? Infinity)));
    const begins = gaps.length > 0 && holes[0] === begin ? 1 : 0;
    if (untold.length > begins) all.push(`${untold.length - begins} holes: inputs that did not reach the file`);
    if (end === undefined) all.push('no orderly end: there is no digest to verify against');
    return all;
  }

  return {
    saw({ channel: { topic, stream }, number, now, at, type, device }) {
      if (number !== expected) holes.push(expected);
      expected = number + 1;
      first ??= now;
      last = now;
      let entry = topics.get(topic);
      if (entry === undefined) {
        entry = { type, count: 0, stream };
        topics.set(topic, entry);
      }
      entry.count += 1;
      if (stream !== undefined) health.saw({ stream, received: at, device });
    },
    warn: (text) => warnings.push(text),
    end: (value) => (end = value),
    gap: (gap) => gaps.push(gap),
    unreadable: (topic, why) => unreadable.set(topic, why),
    overview: () => ({
      channels: [...topics].map(([topic, { type, count, stream }]): ChannelSummary => ({ topic, type, count, stream })),
      health: health.summaries(),
      range: first === undefined || last === undefined ? undefined : { first, last },
      warnings: allWarnings(),
      ...(end === undefined ? {} : { end }),
    }),
  };
}

/** One line about a gap. */
function gapText({ reason, lost, from, to }: Gap): string {
  const time = (text: string): string => {
    const { sec, nsec } = secNsecFromUnix(BigInt(text));
    return new Date(sec * 1000 + Math.floor(nsec / 1e6)).toISOString();
  };
  if (to === undefined || lost === undefined) return `recording stopped at ${time(from)}: ${reason}`;
  return `${lost} inputs were lost from ${time(from)} to ${time(to)}: ${reason}`;
}
