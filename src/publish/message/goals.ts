import type { Standing } from '../../contract/index.ts';
import type { StandingThing, ImaginedPicture, ProgressMade } from '../schema/goals.ts';
import { sensesOf, type SaidReport } from './answers.ts';
import type { ToTime } from './common.ts';

/** A picture that was imagined. */
export interface ImaginedReport {
  readonly words: string;
  readonly seed: number;
  /** JPEG, base64. */
  readonly picture: string;
  readonly things: readonly Standing[];
  readonly unknownWords: readonly string[];
  readonly model: string;
  readonly modelHash: string;
}

/** How near the view is to a goal. */
export interface ProgressReport extends Pick<
  SaidReport,
  'prose' | 'cannotTell' | 'senses' | 'unknownWords' | 'model' | 'modelHash'
> {
  /** Words; of a picture, that it is one. */
  readonly goal: string;
  /** Left out where it cannot be told. */
  readonly way?: {
    readonly nearness: number;
    readonly remaining: number;
    readonly missing: readonly Standing[];
    readonly wanted: readonly Standing[];
    readonly there: readonly Standing[];
  };
}

export function imaginedOf({
  words,
  seed,
  picture,
  things,
  unknownWords,
  model,
  modelHash,
}: ImaginedReport): ImaginedPicture {
  return {
    words,
    seed,
    picture,
    things: things.map(standingOf),
    unknown_words: [...unknownWords],
    model,
    model_sha256: modelHash.slice(0, 12),
  };
}

export function progressOf(toTime: ToTime, report: ProgressReport): ProgressMade {
  const { goal, prose, way, cannotTell, senses, unknownWords, model, modelHash } = report;
  return {
    goal,
    prose,
    ...(way && {
      nearness: way.nearness,
      remaining: way.remaining,
      missing: way.missing.map(standingOf),
      wanted: way.wanted.map(standingOf),
      there: way.there.map(standingOf),
    }),
    ...(cannotTell && { cannot_tell: { ...cannotTell } }),
    senses: sensesOf(toTime, senses),
    unknown_words: [...unknownWords],
    model,
    ...(modelHash === undefined ? {} : { model_sha256: modelHash.slice(0, 12) }),
  };
}

function standingOf({ label, colour, place: [ahead, left], score }: Standing): StandingThing {
  return { label, colour, ahead, left, score };
}
