import { isFelt, missingFor, sensesOf, type Detection, type ModelAnswer } from '../../contract/index.ts';
import type { SaidReport, SenseNow } from '../../publish/index.ts';
import { cannotTellIn, countIn, hindered, isWell, type CannotTell } from './words.ts';

/** What is known when an answer is put together. */
export interface Asked {
  readonly question: string;
  readonly senses: readonly SenseNow[];
  readonly model: string;
  /** What a detector sees now. */
  readonly detections: readonly Detection[];
}

const CANNOT_TELL = 'cannot tell';

/** Nobody is asked: the senses are not there. */
export function saidBlind({ question, senses, model }: Asked, cannotTell: CannotTell): SaidReport {
  const prose = `I cannot tell: ${cannotTell.what}`;
  return { question, answer: CANNOT_TELL, prose, cannotTell, boxes: [], unknownWords: [], senses, model };
}

/** What a model has answered. */
export function saidBy(asked: Asked, its: ModelAnswer): SaidReport {
  const { question, senses, model } = asked;
  const text = its.text.trim();
  // Which sense it lacks is known better than the model says.
  const missing = missingFor(question, isWell(senses), text);
  const cannotTell = (missing && hindered([missing], senses)) ?? cannotTellIn(text);
  const confidence = its.confidence ?? undefined;
  const count = cannotTell === undefined ? countIn(question, text) : undefined;
  const unknownWords = its.unknown ?? [];
  const { precision } = its;
  return {
    question,
    answer: cannotTell === undefined ? text : CANNOT_TELL,
    prose: inWords(asked, cannotTell === undefined ? text : `I cannot tell: ${cannotTell.what}`, its),
    ...(count === undefined ? {} : { count }),
    boxes: cannotTell === undefined ? spokenOf(asked, text) : [],
    ...(confidence === undefined ? {} : { confidence }),
    ...(cannotTell === undefined ? {} : { cannotTell }),
    unknownWords,
    senses,
    model,
    ...(precision === undefined ? {} : { precision }),
    ...(its.sha256 === null ? {} : { modelHash: its.sha256 }),
  };
}

function inWords({ question, senses }: Asked, text: string, { ended, confidence, unknown = [] }: ModelAnswer): string {
  const about = isFelt(question, isWell(senses)) ? [] : sensesOf(question);
  const missing = about.flatMap((sense) => hindered([sense], senses) ?? []);
  const told = senses
    .filter(({ state }) => state === 'well')
    .map(({ stream, age = 0 }) => `${stream} ${age.toFixed(2)} s ago`);
  const sure = confidence === null ? [] : [`confidence ${confidence.toFixed(2)}`];
  return [
    `${text}${ended === 'end' ? '' : ' …'} (${[...told, ...sure].join(', ')})`,
    ...missing.map(({ what }) => `nothing of the rest can be told: ${what}`),
    ...(unknown.length === 0
      ? []
      : [`unknown to the model: ${unknown.map((word) => JSON.stringify(word)).join(', ')}`]),
  ].join('; ');
}

/** Boxes whose label is a word of the question or the answer, or the same with an ending of the plural. */
function spokenOf({ question, detections }: Asked, text: string): readonly Detection[] {
  const words = ` ${question} ${text} `.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ');
  return detections.filter(({ label }) =>
    ['', 's', 'es'].some((end) => words.includes(` ${label.toLowerCase()}${end} `)),
  );
}
