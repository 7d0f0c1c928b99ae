import type { AlignConfig, DropReason } from '../align/index.ts';
import type { MissingReason } from '../frame/index.ts';
import type { SetStory, Story, StreamStory, Tally } from './story.ts';

/** A story in plain words: what happened, why, and what would have had to be different. */
export function inPlainWords(story: Story, config: AlignConfig): string[] {
  return [
    `${story.sets} sets by the ${story.policy} policy, ${story.whole} of them with every stream.`,
    ...story.streams.flatMap((stream) => streamWords(stream, story, config)),
  ];
}

/** One stream in plain words. */
export function streamWords(stream: StreamStory, story: Story, config: AlignConfig): string[] {
  const { frames, sets, waitedFor, refused, unaligned, missing } = stream;
  const lines = [`${stream.stream}: ${frames} frames, in ${sets} of ${story.sets} sets.`];
  if (waitedFor.count > 0 && (waitedFor.worst ?? 0) > 0) {
    lines.push(`  ${waitedFor.count} sets waited for it, for ${ms(waitedFor.worst)} at the longest.`);
  }
  for (const [reason, count] of Object.entries(refused)) {
    lines.push(`  ${count} refused by the clock: ${reason}. ${REFUSALS[reason] ?? ''}`.trimEnd());
  }
  for (const [reason, tally] of entriesOf(missing)) {
    lines.push(`  ${tally.count} sets are without it: ${MISSING[reason](tally, config, stream.stream)}`);
  }
  for (const [reason, tally] of entriesOf(unaligned)) {
    lines.push(`  ${tally.count} frames in no set (${reason}): ${UNALIGNED[reason](tally, config)}`);
  }
  return lines;
}

/** One set in plain words. */
export function setWords(set: SetStory, config: AlignConfig): string[] {
  const { number, at, completed, spread, waitedFor } = set;
  const lines = [
    `Set ${number}, of ${seconds(at)}, went out at ${seconds(completed)}, ${ms(completed - at)} after its moment; spread ${ms(spread)}.`,
    waitedFor === undefined || waitedFor.seconds <= 0
      ? 'It waited for nobody.'
      : `It waited for ${waitedFor.stream}, for ${ms(waitedFor.seconds)}.`,
  ];
  for (const { stream, how, frames, from, to, deviation, received } of set.members) {
    const where = {
      nearest: () => `the nearest frame, ${signed(from)}`,
      held: () => `the latest frame before, ${signed(from)}`,
      interpolated: () => `between two frames, ${signed(from)} and ${signed(to)}`,
      window: () => `a window of ${frames} frames, ${signed(from)} to ${signed(to)}`,
    }[how]();
    lines.push(`  ${stream}: ${where}, ± ${ms(deviation)}; received at ${seconds(received)}`);
  }
  for (const { stream, reason, nearest } of set.missing) {
    lines.push(`  ${stream}: missing. ${MISSING[reason]({ count: 1, worst: nearest }, config, stream)}`);
  }
  return lines;
}

/** What the streams had around a time, in plain words. */
export function aroundWords(around: NonNullable<Story['around']>, at: number): string[] {
  return around.map(({ stream, before, after }) => {
    const last = before === undefined ? 'nothing before' : `a frame ${ms(at - before)} before`;
    const next = after === undefined ? 'nothing after' : `the next ${ms(after - at)} after`;
    return `  ${stream}: ${last}, ${next}`;
  });
}

/** Why a set is without a stream, and what would have had to be different. */
const MISSING: Readonly<Record<MissingReason, (tally: Tally, config: AlignConfig, stream: string) => string>> = {
  'nothing received': () => 'it had given nothing yet.',
  'stream stale': () => 'it had been silent for more than 2.5 of its periods, and was not waited for.',
  'nothing in time': (_, { latenessMs }) =>
    `nothing of it was here when the pivot had waited for ${latenessMs} ms (latenessMs). It came later, or not at all.`,
  'nothing in the window': () => 'it gave no frame between the pivot before and this one.',
  'out of tolerance': ({ worst }, config, stream) =>
    `its nearest frame was up to ${ms(worst)} away; a toleranceMs of ${up(worst)} (now ${toleranceOf(config, stream)}) would have taken it.`,
  'nothing before the pivot': ({ worst }) =>
    `its first frame came ${ms(worst)} after the pivot, and there was none before it.`,
  'nothing after the pivot': ({ worst }, { latenessMs }) =>
    `its last frame was up to ${ms(worst)} before the pivot and no later one came within ${latenessMs} ms (latenessMs); ` +
    'with `how: held` or `nearest` the last one would have done.',
};

/** Why a frame is in no set, and what would have had to be different. */
const UNALIGNED: Readonly<Record<DropReason, (tally: Tally, config: AlignConfig) => string>> = {
  late: ({ worst }, { latenessMs, reorderMs }) =>
    `their set had gone when they came. A latenessMs of ${up(worst)} (now ${latenessMs}) would have waited for the latest; ` +
    `where frames of one stream overtake each other, it takes a reorderMs (now ${reorderMs}) as well.`,
  'no partner': () =>
    'other frames of the stream lay nearer, or the other streams had none here. Normal for the faster streams.',
  'queue full': (_, { queueSize }) =>
    `${queueSize} frames (queueSize) were held already, and the oldest went before its set could form. See "sensorium check".`,
  duplicate: () => 'a frame of the same stamp came.',
  superseded: () => 'the next frame came before a set took it. Normal for the latest policy.',
  'too old': (_, { maxAgeMs }) => `held for ${maxAgeMs} ms (maxAgeMs) and no set had come.`,
  'too many bytes': (_, { maxMegabytes }) => `all that was held was more than ${maxMegabytes} MiB (maxMegabytes).`,
  'partner missing': ({ count }) =>
    `${count === 1 ? 'a stream' : 'streams'} with \`need: required\` had nothing for them.`,
};

/** Words on what the clock refuses. */
const REFUSALS: Readonly<Record<string, string>> = {
  duplicate: 'The device’s stamp had been there already.',
  'invalid stamp': 'The device’s clock was never set, or its stamp makes no sense.',
  'future stamp': 'The device’s clock is far ahead of its arrival.',
  'past stamp': 'The device’s clock went far back.',
  'not finite': 'The measurement holds NaN or infinity.',
};

function toleranceOf({ toleranceMs, streams }: AlignConfig, stream: string): number {
  return streams[stream]?.toleranceMs ?? toleranceMs;
}

function entriesOf<K extends string>(tallies: Readonly<Partial<Record<K, Tally>>>): [K, Tally][] {
  return Object.entries(tallies) as [K, Tally][];
}

const ms = (s: number | undefined): string => (s === undefined ? '?' : `${(s * 1000).toFixed(s < 0.1 ? 1 : 0)} ms`);
const signed = (s: number): string => `${s < 0 ? '' : '+'}${(s * 1000).toFixed(1)} ms`;
const seconds = (s: number): string => `${s.toFixed(3)} s`;
/** ms, rounded up: a value to configure. */
const up = (s: number | undefined): string => (s === undefined ? '?' : `${Math.ceil(s * 1000)}`);
