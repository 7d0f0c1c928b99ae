/** What could not be read, counted by topic and reason. */
export interface Refusals {
  add(topic: string, why: string): void;
  counts(): Refused[];
  /** One line for each reason. */
  lines(): string[];
}

/** So many messages of a topic, for one reason. */
export interface Refused {
  readonly topic: string;
  readonly count: number;
  readonly why: string;
}

/** Reasons told apart for each topic: damaged numbers in them would make every one another. */
const MOST_REASONS = 4;
const OTHERS = 'other reasons';

export function createRefusals(): Refusals {
  const topics = new Map<string, Map<string, number>>();
  const counts = (): Refused[] =>
    [...topics].flatMap(([topic, reasons]) => [...reasons].map(([why, count]) => ({ topic, count, why })));
  return {
    add(topic, why) {
      const reasons = topics.get(topic) ?? new Map<string, number>();
      topics.set(topic, reasons);
      const reason = reasons.has(why) || reasons.size < MOST_REASONS ? why : OTHERS;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    },
    counts,
    lines: () =>
      counts().map(
        ({ topic, count, why }) => `${topic}: ${count} ${count === 1 ? 'message' : 'messages'} passed over: ${why}`,
      ),
  };
}
