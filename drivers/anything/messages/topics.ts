/** A filter as MQTT has them (5.0, chapter 4.7): levels, `+` for any one of them, `#` at the end for all that follow. */
export const FILTER = /^(?:[^+#/]*|\+)(?:\/(?:[^+#/]*|\+))*(?:\/#)?$|^#$/;

/** Whether a topic is one of those that a filter is for. Topics of the broker itself (`$SYS/…`) are not for wildcards at the start. */
export function isFor(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const rest = wanted.indexOf('#');
  const fixed = rest < 0 ? wanted : wanted.slice(0, rest);
  if (rest < 0 ? levels.length !== wanted.length : levels.length < rest) return false;
  return fixed.every((level, i) => level === '+' || level === levels[i]);
}

/** The longest of these beginnings that a topic has, as ZeroMQ compares them; `undefined`: it has none. */
export function beginningOf(topic: string, beginnings: readonly string[]): string | undefined {
  let longest: string | undefined;
  for (const one of beginnings) if (topic.startsWith(one) && one.length >= (longest?.length ?? 0)) longest = one;
  return longest;
}
