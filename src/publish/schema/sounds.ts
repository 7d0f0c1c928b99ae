import { Type, type Static } from '@sinclair/typebox';
import { Provenance, Time, head } from './common.ts';

export const HeardEvent = Type.Object(
  {
    label: Type.String({ description: 'kind of sound, a word of the model' }),
    score: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { title: 'HeardEvent', description: 'A kind of sound, and how sure the model is of it.' },
);
export type HeardEvent = Static<typeof HeardEvent>;

export const Sounds = Type.Object(
  {
    ...head,
    end: Type.Object(Time.properties, { description: 'end of the window' }),
    frame_id: Type.String({ description: 'coordinate frame of the microphones' }),
    stream: Type.String(),
    model: Type.String(),
    model_sha256: Type.String({ description: 'first 12 digits of the SHA-256 of its network' }),
    voice: Type.Object(
      {
        score: Type.Number({ minimum: 0, maximum: 1, description: 'how sure the model is that someone speaks' }),
        active: Type.Boolean({ description: 'whether that is `voiceThreshold` or more' }),
      },
      { description: 'voice activity' },
    ),
    events: Type.Array(HeardEvent, { description: 'of the configured labels and scores, best score first' }),
    provenance: Provenance,
  },
  {
    title: 'Sounds',
    description:
      'What a model heard in one window of sound; timestamp is when the window begins, in the stream’s own time.',
  },
);
export type Sounds = Static<typeof Sounds>;
