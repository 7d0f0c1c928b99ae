import type { FixTime } from './fix.ts';

export const NS_PER_DAY = 86_400_000_000_000;
const NS_PER_SECOND = 1_000_000_000;
const MS_PER_DAY = 86_400_000;

/** Days since 1970 of a date; `undefined` where there is no such date. */
export function dayOf(year: number, month: number, day: number): number | undefined {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined;
  return Date.UTC(year, month - 1, day) / MS_PER_DAY;
}

/** ns since midnight. Second 60 is a leap second: the first of the next day, as in Unix time. */
export function timeOfDay(hour: number, minute: number, second: number, nanoseconds = 0): number {
  return (3600 * hour + 60 * minute + second) * NS_PER_SECOND + nanoseconds;
}

/** Unix time, ns. */
export function unixOf(day: number, time: number): bigint {
  return BigInt(day) * BigInt(NS_PER_DAY) + BigInt(time);
}

/**
 * The date of a receiver that tells the time of day with each fix, but the date only now and then, and makes both up before
 * its first fix.
 */
export class Calendar {
  #day: number | undefined;
  #time = 0;

  /**
   * @param time of the day, ns
   * @param day that was told with it, days since 1970
   */
  take(time: number | undefined, day: number | undefined, hasFix: boolean): FixTime {
    if (time === undefined) return 'no time: the receiver does not know it yet';
    if (day !== undefined && hasFix) this.#day = day;
    else if (this.#day !== undefined && time < this.#time - NS_PER_DAY / 2) this.#day += 1;
    this.#time = time;
    if (this.#day !== undefined) return unixOf(this.#day, time);
    return day === undefined
      ? 'no date: the receiver must send RMC or ZDA'
      : 'no time: not trusted before the first fix';
  }
}
