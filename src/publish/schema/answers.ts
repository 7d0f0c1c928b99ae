import { Type, type Static } from '@sinclair/typebox';
import { SENSES } from '../../contract/index.ts';
import { Provenance, Time, head } from './common.ts';
import { DetectedObject } from './detections.ts';

const oneOf = (words: readonly string[], description: string) =>
  Type.Union(
    words.map((word) => Type.Literal(word)),
    { description },
  );

/** Why something cannot be told. */
export const CANNOT_TELL = ['gone', 'frozen', 'muffled', 'not in view', 'not heard', 'unsure'] as const;

export const SenseUsed = Type.Object(
  {
    sense: oneOf(SENSES, 'what it is good for'),
    stream: Type.String(),
    state: oneOf(['well', 'gone', 'frozen', 'muffled'], 'only what is well is shown to the model'),
    why: Type.Optional(Type.String({ description: 'why it is not well' })),
    input: Type.Optional(
      Type.Integer({ minimum: 1, description: 'the picture, the newest block of the sound, or the newest sample' }),
    ),
    timestamp: Type.Optional(
      Type.Object(Time.properties, { description: 'of the picture, of the end of the sound, or of the newest sample' }),
    ),
    age: Type.Optional(Type.Number({ description: 's, when the question came' })),
  },
  { title: 'SenseUsed', description: 'A sense at the time of a question.' },
);

export const CannotTell = Type.Object(
  {
    why: oneOf(
      CANNOT_TELL,
      '`gone`, `frozen`, `muffled`: the sense; `not in view`: it is out of view, or the question presumes what is not there; `not heard`: all is silent; `unsure`: the model says no more',
    ),
    what: Type.String({ description: 'in words' }),
  },
  { description: 'why there is no answer' },
);

const fields = {
  question: Type.String(),
  answer: Type.String({ description: 'as the model says it; `cannot tell` where `cannot_tell` says why' }),
  prose: Type.String({ description: 'for people, with what it rests on' }),
  count: Type.Optional(Type.Integer({ minimum: 0, description: 'the number that the answer is' })),
  boxes: Type.Array(DetectedObject, {
    description:
      'what a detector of `perception.detectors` saw of what is spoken of, in the same camera, at most 1 s before',
  }),
  confidence: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: "geometric mean of the probabilities of the answer's tokens: ranks answers of one model",
    }),
  ),
  cannot_tell: Type.Optional(CannotTell),
  unknown_words: Type.Array(Type.String(), {
    description: 'of the question, that the model does not know, where it can tell',
  }),
  senses: Type.Array(SenseUsed, { description: 'that are configured, well or not' }),
  model: Type.String(),
  precision: Type.Optional(Type.String({ description: 'of its weights: fp32, fp16, q8, q4' })),
  model_sha256: Type.Optional(
    Type.String({ description: 'first 12 digits; left out where nobody was asked, or nobody knows it' }),
  ),
};

export const SpokenAnswer = Type.Object(fields, {
  title: 'SpokenAnswer',
  description: 'What `ask` and `describe` come to. Senses that are not well are `provenance.absent`.',
});
export type SpokenAnswer = Static<typeof SpokenAnswer>;

export const Description = Type.Object(
  { ...head, ...fields, provenance: Provenance },
  {
    title: 'Description',
    description:
      'What is seen and heard, told by itself every `perception.answers.describeSeconds`; timestamp is when the model had said it.',
  },
);
export type Description = Static<typeof Description>;
