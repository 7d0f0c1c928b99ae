/** What could not be read, counted by topic and reason. */
export interface Refusals {
  add(topic: string, why: string): void;
  /** One line for each reason. */
  lines(): string[];
}

/** Reasons told apart for each topic: damaged numbers in them would make every one another. */
const MOST_REASONS = 4;
const OTHERS = 'other reasons';

export function createRefusals(): Refusals {
  const topics = new Map<string, Map<string, number>>();
  return {
    add(topic, why) {
      const reasons = topics.get(topic) ?? new Map<string, number>();
      topics.set(topic, reasons);
      const reason = reasons.has(why) || reasons.size < MOST_REASONS ? why : OTHERS;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    },
    lines: () =>
      [...topics].flatMap(([topic, reasons]) =>
        [...reasons].map(
          ([why, count]) => `${topic}: ${count} ${count === 1 ? 'message' : 'messages'} passed over: ${why}`,
        ),
      ),
  };
}
