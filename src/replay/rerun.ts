import { isMemoryWork, type EffectOutcome, type EffectRequest, type InputBody } from '../contract/index.ts';
import type { LogEntry } from '../record/index.ts';
import { compareAnswers, TOLERANCE } from './agreement.ts';

/** An answer of a model, to be admitted. */
type Effect = Extract<LogEntry, { kind: 'effect' }>;

/** What the models say now, beside what is recorded of them. */
export interface Agreement {
  /** Questions whose answers, then and now, were compared, and those that agree. */
  readonly compared: number;
  readonly agreed: number;
  /** Ids of the first that do not. */
  readonly differing: readonly string[];
  /** Largest difference of scores, and least overlap of boxes that belong together (intersection over union). */
  readonly largestScoreDifference: number;
  readonly leastOverlap: number;
  readonly tolerance: typeof TOLERANCE;
  /** Questions that came to nothing then, and those that do now, by reason. */
  readonly failedThen: Readonly<Record<string, number>>;
  readonly failedNow: Readonly<Record<string, number>>;
  /** Questions without a recorded answer: answered right after they were asked. */
  readonly notRecorded: number;
  /** Recorded answers to questions that are not asked now. */
  readonly notAsked: number;
  /** Whether everything that can be compared agrees, and nothing fails now. */
  readonly agrees: boolean;
}

/** Runs the models again while a log is replayed. */
export interface Rerun {
  /** Takes what the pipeline asks for. */
  readonly request: (request: EffectRequest) => void;
  /** A recorded answer, with what the model says now in its place: at the same place in the order. */
  place(recorded: Effect): Promise<LogEntry>;
  /** Answers to what was asked since the last call and has no recorded answer: they come right after the question. */
  due(): Promise<Omit<Extract<InputBody, { kind: 'effect' }>, 'at'>[]>;
  agreement(): Agreement;
}

/** What a rerun needs. */
export interface RerunOptions {
  /** Does the work. */
  readonly run: (request: EffectRequest, done: (outcome: EffectOutcome) => void) => void;
  /** Ids of the questions whose answers the log holds. */
  readonly recorded: ReadonlySet<string>;
  /** Least score that a model tells. */
  readonly leastScore: (model: string) => number;
}

interface Open {
  readonly request: EffectRequest;
  readonly outcome: Promise<EffectOutcome>;
}

/** Differing answers that are named. */
const MOST_NAMED = 10;

/** Where an answer stands in the order follows from the log alone, never from how long a model took: digests are repeated. */
export function createRerun({ run, recorded, leastScore }: RerunOptions): Rerun {
  const open = new Map<string, Open>();
  const remembered = new Set<string>();
  let unanswered: Open[] = [];
  let compared = 0;
  let agreed = 0;
  let largestScoreDifference = 0;
  let leastOverlap = 1;
  let notRecorded = 0;
  let notAsked = 0;
  const differing: string[] = [];
  const failedThen: Record<string, number> = {};
  const failedNow: Record<string, number> = {};

  function compare({ id, model }: EffectRequest, then: EffectOutcome, now: EffectOutcome): void {
    if (then.status === 'failed') count(failedThen, then.reason);
    if (now.status === 'failed') count(failedNow, now.reason);
    if (then.status === 'failed' || now.status === 'failed') return;
    const difference = compareAnswers(then.output, now.output, leastScore(model));
    compared += 1;
    if (difference?.agrees === true) agreed += 1;
    else if (differing.length < MOST_NAMED) differing.push(id);
    largestScoreDifference = Math.max(largestScoreDifference, difference?.score ?? 1);
    leastOverlap = Math.min(leastOverlap, difference?.overlap ?? 0);
  }

  return {
    request(request) {
      // The memory is of then: what it answered is taken, and nothing is put there again.
      if (isMemoryWork(request)) {
        remembered.add(request.id);
        return;
      }
      const asked = { request, outcome: new Promise<EffectOutcome>((resolve) => run(request, resolve)) };
      if (recorded.has(request.id)) open.set(request.id, asked);
      else unanswered.push(asked);
    },
    async place(effect) {
      const asked = open.get(effect.id);
      if (asked === undefined) {
        if (!remembered.delete(effect.id)) notAsked += 1;
        return effect;
      }
      open.delete(effect.id);
      const outcome = await asked.outcome;
      compare(asked.request, effect.outcome, outcome);
      return { ...effect, outcome };
    },
    async due() {
      const asked = unanswered;
      unanswered = [];
      notRecorded += asked.length;
      return Promise.all(
        asked.map(async ({ request: { id }, outcome: promised }) => {
          const outcome = await promised;
          if (outcome.status === 'failed') count(failedNow, outcome.reason);
          return { kind: 'effect', id, outcome } as const;
        }),
      );
    },
    agreement: () => ({
      compared,
      agreed,
      differing: [...differing],
      largestScoreDifference,
      leastOverlap,
      tolerance: TOLERANCE,
      failedThen: { ...failedThen },
      failedNow: { ...failedNow },
      notRecorded,
      notAsked,
      agrees: agreed === compared && Object.keys(failedNow).length === 0,
    }),
  };
}

function count(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}
