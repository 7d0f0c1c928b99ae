import type { Publication } from '../../contract/index.ts';
import { stampOf, type InputNumber } from '../../frame/index.ts';
import { publication } from '../encode.ts';
import type { Origin, ToTime } from '../message/common.ts';
import { descriptionMessage } from '../message/answers.ts';
import { replyMessage } from '../message/decisions.ts';
import { sightingMessage } from '../message/recall.ts';

const STAMP = stampOf(12_300_000_000);
const SAID = {
  question: 'describe what you see and hear',
  answer: 'from left to right i see a red mug and a book. i hear a voice.',
  prose: 'from left to right i see a red mug and a book. i hear a voice. (camera 0.06 s ago, confidence 0.91)',
  boxes: [{ label: 'book', score: 0.75, box: [81, 40, 122, 75] as const }],
  confidence: 0.90625,
  unknownWords: [],
  senses: [
    { sense: 'sight', stream: 'camera', state: 'well', stamp: STAMP, age: 0.0625, input: 4711 as InputNumber },
    { sense: 'hearing', stream: 'microphones', state: 'gone', why: 'no frame for 1800 ms' },
  ],
  model: 'simulated-answers',
  precision: 'q8',
  modelHash: '0123456789abcdef',
} as const;
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
    publication(
      'descriptions',
      'Description',
      STAMP,
      1,
      descriptionMessage(toTime, { stamp: STAMP, ...SAID, origin: from }),
    ),
  ];
}
