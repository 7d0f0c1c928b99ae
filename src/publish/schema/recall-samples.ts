import type { Publication } from '../../contract/index.ts';
import { stampOf } from '../../frame/index.ts';
import { publication } from '../encode.ts';
import type { Origin, ToTime } from '../message/common.ts';
import { replyMessage } from '../message/decisions.ts';
import { sightingMessage } from '../message/recall.ts';

const STAMP = stampOf(12_300_000_000);
const PLACE = { frame: 'map', position: [2.5, -0.75, 0.5] as const, deviation: 0.125, age: 0.02 };

/** What is told of what is remembered. */
export function recallSamples(toTime: ToTime, origin: Origin): readonly Publication[] {
  const from = { ...origin, ages: [0.14] };
  const seen = { name: 'mug', words: 'a red mug', similarity: 0.375, threshold: 0.3125, stream: 'camera' };
  const sighting = { stamp: STAMP, ...seen, place: PLACE, origin: from };
  const before = { from: 'memory', id: 17, stream: 'camera', at: 1_750_000_001_250_000, age: 11.3 } as const;
  const found = [{ ...before, similarity: 0.375, confidence: 0.96875, place: PLACE, thumbnail: '/9j/4AAQ' }];
  const answer = '"a red mug" is not in view; seen 11 s ago: camera, similarity 0.375, confidence 0.97';
  const full = { answer, count: 1, found, senses: ['camera'], unknownWords: [], remembered: 212 };
  const asked = { stamp: STAMP, id: 'a18', verb: 'find', status: 'done', what: answer, answer: full, origin } as const;
  return [
    publication('replies', 'Reply', STAMP, 1, replyMessage(toTime, asked)),
    publication('watch/mug', 'Sighting', STAMP, 1, sightingMessage(toTime, sighting)),
  ];
}
