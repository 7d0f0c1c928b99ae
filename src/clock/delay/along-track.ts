/** Positions held at most while looking back and forth for a direction. */
const HELD = 1024;
/** Longest time to either side that a direction is taken from, s. */
const LONGEST = 5;
/** Chord that a direction is taken from, as a multiple of the positions' own noise, and its bounds, m. */
const NOISES = 20;
const LEAST_CHORD = 0.1;
const MOST_CHORD = 20;
/** Weight of a new second difference in the noise. */
const SMOOTHING = 0.02;

/** Positions in the plane as a way along the track. Times in s, positions in m. */
export interface AlongTrack {
  /** Calls back, somewhat later, with the way made up to earlier positions. */
  take(at: number, x: number, y: number): void;
}

/**
 * Turns positions into the way along the track: each step between two of them, projected on the direction of a chord
 * that reaches further on either side. The chord's ends are not the step's own, so that noise of the positions does not
 * lengthen the way, as it does the sum of the steps' lengths; and on a straight line their noise does not add up. The
 * chord is symmetric, so that a bend shortens the way before it as much as behind it, which leaves a delay alone.
 *
 * How long a chord must be follows from the positions' noise, told from second differences: too short and the direction
 * is noise, too long and it cuts corners. Where no chord of that length is found within 5 s either way, the robot
 * stands and the way does not grow.
 *
 * @param out given a time, s, and the way so far, m; later than the positions come, and not before the first chord
 */
export function createAlongTrack(out: (at: number, way: number) => void): AlongTrack {
  const times = new Float64Array(HELD);
  const xs = new Float64Array(HELD);
  const ys = new Float64Array(HELD);
  let count = 0;
  /** Place of the step that is to be told next: from `next - 1` to `next`. */
  let next = 1;
  let way = 0;
  let variance = 0;
  /** Time of the first position since the last hole. */
  let begun = 0;

  /** Lets go of the older half of what has been told. */
  function shift(): void {
    const gone = Math.max(1, (next - 1) >> 1);
    times.copyWithin(0, gone, count);
    xs.copyWithin(0, gone, count);
    ys.copyWithin(0, gone, count);
    count -= gone;
    next -= gone;
  }

  /** Follows the noise: a second difference of white noise has six times its variance. */
  function listen(): void {
    const [a, b, c] = [count - 3, count - 2, count - 1];
    const dx = xs[c] - 2 * xs[b] + xs[a];
    const dy = ys[c] - 2 * ys[b] + ys[a];
    const now = (dx * dx + dy * dy) / 12;
    variance = variance === 0 ? now : variance + SMOOTHING * (now - variance);
  }

  /** Tells the next step if enough is known of what came after it; `now`: it must be told as things stand. */
  function tell(now: boolean): boolean {
    if (next >= count) return false;
    const least = Math.min(MOST_CHORD, Math.max(LEAST_CHORD, NOISES * Math.sqrt(variance)));
    const [a, b] = [next - 1, next];
    const middle = (times[a] + times[b]) / 2;
    // Both ends go out by as many positions, so that the chord is symmetric.
    for (let reach = 1; ; reach += 1) {
      const [from, to] = [a - reach, b + reach];
      if (to >= count && !now) return false;
      if (from < 0 && middle - begun < LONGEST) {
        // Nothing before it tells a direction: the way begins later.
        next += 1;
        return true;
      }
      const far = from < 0 || to >= count || middle - times[from] > LONGEST || times[to] - middle > LONGEST;
      const squared = far ? 0 : (xs[to] - xs[from]) ** 2 + (ys[to] - ys[from]) ** 2;
      if (!far && squared < least * least) continue;
      if (!far) {
        const along = (xs[to] - xs[from]) * (xs[b] - xs[a]) + (ys[to] - ys[from]) * (ys[b] - ys[a]);
        way += along / Math.sqrt(squared);
      }
      break;
    }
    out(times[b], way);
    next += 1;
    return true;
  }

  return {
    take(at, x, y) {
      if (count > 0 && at <= times[count - 1]) return;
      if (count === 0 || at - times[count - 1] > LONGEST) {
        count = 0;
        next = 1;
        begun = at;
      }
      if (count === HELD) {
        if (next <= 1) tell(true);
        shift();
      }
      times[count] = at;
      xs[count] = x;
      ys[count] = y;
      count += 1;
      if (count >= 3) listen();
      while (tell(false));
    },
  };
}
