import { Type, type Static } from '@sinclair/typebox';
import { Provenance, Time, head } from './common.ts';

export const Speech = Type.Object(
  {
    ...head,
    end: Type.Object(Time.properties, { description: 'end of the utterance' }),
    frame_id: Type.String({ description: 'coordinate frame of the microphones' }),
    stream: Type.String(),
    model: Type.String(),
    model_sha256: Type.String({ description: 'first 12 digits of the SHA-256 over its files' }),
    text: Type.String({
      description:
        'what was said, as the model heard it; empty where it heard no words. Text and never a command: what looks like a token of a model ' +
        '(`<|…`, `<name`, `[INST]`) has a space within',
    }),
    language: Type.Optional(
      Type.String({ description: 'as the model names it: the one that was asked for, or that it heard' }),
    ),
    confidence: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'geometric mean of the probabilities of its tokens: ranks utterances of one model, and is no probability that the words are right',
      }),
    ),
    ended: Type.String({ description: '`end`, or what cut the writing short: `length`, `deadline`' }),
    cut: Type.Union([Type.Literal('pause'), Type.Literal('length'), Type.Literal('hole')], {
      description: 'what ended the utterance: a pause, the length that it may have, or a hole in the sound',
    }),
    channels: Type.Integer({ minimum: 1, description: 'channels of the microphones' }),
    channel: Type.Optional(
      Type.Integer({ minimum: 0, description: 'the one that was listened to; absent: the mean of all' }),
    ),
    provenance: Provenance,
  },
  {
    title: 'Speech',
    description:
      'What someone said, as a model wrote it down; timestamp is when the utterance begins, in the stream’s own time.',
  },
);
export type Speech = Static<typeof Speech>;
