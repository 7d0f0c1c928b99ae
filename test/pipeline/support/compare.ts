import { expect } from 'vitest';
import { healthy, run, type Run, type Sent } from './robot.ts';

/** Length of a run, ms, and one in which nothing happens. */
export const UNTIL = 3000;
export const HEALTHY = run(healthy(UNTIL), { untilMs: UNTIL });

/** Puts other frames in place of those that `change` gives something for: none, one or several. */
export function changed(change: (frame: Sent) => readonly Sent[] | undefined, untilMs = UNTIL): Sent[] {
  return healthy(untilMs).flatMap((frame) => change(frame) ?? [frame]);
}

export const between = ({ at }: Sent, from: number, to: number): boolean => at > from && at < to;
export const conditionsOf = (of: Run, stream: string): string[] =>
  of.changes.filter((change) => change.stream === stream).map(({ state }) => state);
export const changeOf = (of: Run, stream: string, state: string): number =>
  of.changes.find((change) => change.stream === stream && change.state === state)?.at ?? NaN;
export const missingOf = (of: Run, stream: string): number[] =>
  of.sets.flatMap(({ at, missing }) => (stream in missing ? [Math.round(at)] : []));
/** Sets without their ages. */
export const contentOf = (of: Run) => of.sets.map(({ at, members, missing }) => ({ at, members, missing }));

/** The sets of a run without that scan: the next set takes the frames of both. */
export function withoutScan(lost: number): ReturnType<typeof contentOf> {
  return contentOf(HEALTHY).flatMap((set) => {
    if (set.at === lost) return [];
    if (set.at !== lost + 100) return [set];
    const imu = Array.from({ length: 20 }, (_, i) => lost - 95 + 10 * i);
    return [{ ...set, members: { ...set.members, imu } }];
  });
}

export function posesAgree(one: Run, other: Run, within = 0): void {
  const [a, b] = [one, other].map(({ report }) => report.pose?.pose.position ?? []);
  expect(a).toHaveLength(3);
  a.forEach((value, axis) => expect(Math.abs(value - b[axis])).toBeLessThanOrEqual(within));
}
