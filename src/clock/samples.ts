/** From this share of the period on a step is a hole; up to the other it belongs to a burst. */
const HOLE = 1.5;
const BURST = 0.5;
/** What can wait in the queues of drivers, kernels and radios, ns: what comes after a longer silence was not sampled in it. */
const LONGEST_STALL_NS = 5e9;
/** Who is late by this many periods waited, or comes after lost ones. */
const LATE = 0.7;
/** So long, in periods and in usual latenesses, all must be late before some are thought lost. */
const PROOF_PERIODS = 3;
const PROOF_USUAL = 20;
/** While the queue empties, lateness falls below this share of what it was. */
const EMPTYING = 0.8;
/** Where the phase is narrower than this share of the period, one arrival that keeps it is proof enough. */
const CLEAR = 0.1;
/** Where arrivals are late by more than this share of the period in the mean, nothing can be told from being late. */
const BLURRED = 0.5;
/** Arrivals in the rhythm before there is one that what comes after a hole could be late to. */
const RHYTHM = 2;
/** An arrival keeps the grid's phase within so many usual latenesses, and this share of the period at least. */
const PHASE = 3;
const LEAST_PHASE = 0.02;
/**
 * Share of the holes of 1, 2, 4, 8, 16 periods and more after which what piled up comes, before any was seen: nothing
 * piles up in a short one. How much of what the last one turned out to be is taken for the next, and never all.
 */
const WAITED: readonly number[] = [0.5, 0.8, 0.95, 0.98, 0.98];
const LEARN = 0.3;
const NEVER_SURE = 0.02;
/** Standard deviation of what is hardly ever so, as a share. */
const HARDLY = Math.sqrt(NEVER_SURE * (1 - NEVER_SURE));
/** The usual lateness is the mean over about so many regular arrivals. */
const USUAL_OVER = 64;

/** The grid as it is known so far. Times in ns. */
export interface Grid {
  readonly period: number;
  /** How late the sample `steps` after the latest would be if it arrived at this time. */
  late(received: number, steps: number): number;
}

/** What an arrival is found to be. */
export interface Place {
  /** Samples since the one before: 1, more where some were lost, fewer (even 0 or less) where too many were thought lost. */
  readonly steps: number;
  /** Whether it says anything about the grid: not when it comes out of a hole, nobody knows yet how late. */
  readonly tells: boolean;
  /** Standard deviation of its time for not knowing that, ns. */
  readonly doubt: number;
}

/** Numbers the samples of a stream that does not do so itself. */
export interface SampleCounter {
  /** @returns the place of the next arrival; valid until the next call */
  next(received: number, grid: Grid): Place;
  /** Samples found lost so far. */
  missing(): number;
}

/**
 * Tells lost samples from late ones by the rhythm in which they arrive. After a hole either what piled up follows at once
 * (it was late: the samples are one period apart) or the old rhythm goes on (it was lost). The first sample after a hole
 * comes before that is known: it is taken for what holes of its size turned out to be of late, and for lost ones rather if
 * it keeps the phase of the grid, as what waited does by chance only. Once the rhythm is back
 * the queue is empty, so that whoever is still late by a period, time and again, had others lost before.
 */
export function createSampleCounter(): SampleCounter {
  const place = { steps: 1, tells: true, doubt: 0 };
  let last: number | undefined;
  /** Since when all arrivals were late, by how much then, and by how much at least, ns. */
  let lateSince = Infinity;
  let lateThen = 0;
  let least = Infinity;
  /** Mean lateness of regular arrivals, ns, and over how many. */
  let usual = 0;
  let regular = 0;
  /** Samples thought lost last, which may yet come. */
  let assumed = 0;
  let missing = 0;
  /** Share of the holes of each size, of late, after which what piled up came. */
  const waited = Float64Array.from(WAITED);
  /** Size of the last hole while it is not known what it was, and whether its samples were taken for lost. */
  let hole = -1;
  let takenForLost = false;

  function learn(wasLate: boolean): void {
    if (hole >= 0) waited[hole] += LEARN * ((wasLate ? 1 - NEVER_SURE : NEVER_SURE) - waited[hole]);
    hole = -1;
  }

  function lose(samples: number): void {
    place.steps += samples;
    missing += samples;
    assumed = samples;
    lateSince = Infinity;
  }

  /** Half the width of the phase that an arrival must keep, ns. */
  const phaseOf = (period: number): number => Math.max(PHASE * usual, LEAST_PHASE * period);

  /** Watches for how long arrivals have been late without catching up. */
  function watch(received: number, late: number, period: number): void {
    if (late < LATE * period) lateSince = Infinity;
    else if (lateSince === Infinity || late < EMPTYING * lateThen) {
      lateSince = received;
      lateThen = late;
      least = late;
    } else least = Math.min(least, late);
  }

  /** An arrival in the rhythm: the queue before it was empty. */
  function inRhythm(received: number, late: number, period: number): void {
    regular = Math.min(regular + 1, USUAL_OVER);
    usual += (Math.max(0, Math.min(late, period)) - usual) / regular;
    if (late < LATE * period) return learn(!takenForLost || late < -LATE * period);
    if (usual > BLURRED * period) return;
    const samples = Math.round(least / period);
    const phase = phaseOf(period);
    const isClear = phase < CLEAR * period && Math.abs(late - samples * period) < phase;
    const needed = Math.max(PROOF_PERIODS * period, PROOF_USUAL * usual);
    if (!isClear && received - lateSince < needed) return;
    learn(false);
    lose(samples);
  }

  /** An arrival after a silence. */
  function afterHole(gap: number, late: number, period: number): void {
    const samples = Math.max(1, Math.round(late / period));
    place.tells = false;
    hole = Math.min(WAITED.length - 1, Math.floor(Math.log2(samples)));
    const phase = phaseOf(period);
    const byChance = Math.min(1, (2 * phase) / period);
    const keeps = Math.abs(late - samples * period) < phase;
    const waitedOdds = waited[hole] * (keeps ? byChance : 1 - byChance);
    const lostOdds = (1 - waited[hole]) * (keeps ? 1 - NEVER_SURE : NEVER_SURE);
    const share = waitedOdds / (waitedOdds + lostOdds);
    // Time does not go back: samples thought lost that come all the same are late by 1, 2, … n periods, not one by n.
    const cost = ((samples + 1) * (2 * samples + 1)) / (6 * samples);
    takenForLost =
      gap > LONGEST_STALL_NS || regular < RHYTHM || (lostOdds > waitedOdds * cost && usual < BLURRED * period);
    place.doubt = late * Math.sqrt(share * (1 - share));
    if (takenForLost) lose(samples);
  }

  return {
    next(received, grid) {
      place.steps = 1;
      place.tells = true;
      place.doubt = 0;
      if (last === undefined) {
        last = received;
        return place;
      }
      const { period } = grid;
      const gap = received - last;
      last = received;
      const late = grid.late(received, 1);
      watch(received, late, period);
      if (late > LATE * period) place.doubt = late * HARDLY;
      if (gap < BURST * period) learn(true);
      else if (gap <= HOLE * period) inRhythm(received, late, period);
      else if (late > LATE * period + 2 * usual) afterHole(gap, late, period);
      if (assumed > 0 && late < -LATE * period) {
        const back = Math.min(assumed, Math.round(-late / period));
        place.steps -= back;
        missing -= back;
        assumed -= back;
      }
      return place;
    },
    missing: () => missing,
  };
}
