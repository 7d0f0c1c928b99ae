import { Type, type Static } from '@sinclair/typebox';
import { Count, Counts, Provenance, head } from './common.ts';

export const DetectorState = Type.Object(
  {
    stream: Type.String(),
    model: Type.String(),
    asked: Count('pictures given to the model'),
    answered: Type.Integer({ minimum: 0 }),
    passed_over: Count('pictures that came while one was being looked at'),
    failed: Counts('answers that came to nothing, by reason'),
  },
  { title: 'DetectorState', description: 'How a detector fares.' },
);

export const ListenerState = Type.Object(
  {
    stream: Type.String(),
    model: Type.String(),
    asked: Count('windows of sound given to the model'),
    answered: Type.Integer({ minimum: 0 }),
    dropped: Counts(
      'what came to no question, by reason: backlog (windows that had to wait for too many others), gap (windows with a hole), ' +
        'unreadable (blocks that nothing can be made of)',
    ),
    failed: Counts('answers that came to nothing, by reason'),
  },
  { title: 'ListenerState', description: 'How a sound model fares.' },
);

export const SpeechState = Type.Object(
  {
    stream: Type.String(),
    model: Type.String(),
    blocks: Count('blocks of sound that have come and can be read'),
    heard: Count('those of utterances that were given to the model'),
    dropped: Counts(
      'the other blocks, by reason: silence (not loud, or too far from what is), short (of what is too short to be a word), backlog (of utterances ' +
        'that had to wait for too many others), gap (lost at a hole), unreadable (nothing can be made of it; not among `blocks`); of the rest it is not decided yet',
    ),
    asked: Count('utterances given to the model'),
    answered: Type.Integer({ minimum: 0 }),
    failed: Counts('answers that came to nothing, by reason'),
  },
  { title: 'SpeechState', description: 'How writing down what is said fares.' },
);

export const EmbedderState = Type.Object(
  {
    stream: Type.String(),
    model: Type.String(),
    asked: Count('pictures given to the encoder'),
    answered: Type.Integer({ minimum: 0 }),
    passed_over: Count('pictures that came while one was being looked at'),
    alike: Count('pictures that look like one that was kept shortly before: they are not remembered'),
    failed: Counts('answers that came to nothing, by reason'),
  },
  { title: 'EmbedderState', description: 'How a dual encoder fares.' },
);

export const MemoryState = Type.Object(
  {
    remembered: Count('pictures put into the memory'),
    failed: Counts('pictures that were to be remembered and are not, by reason'),
    watches: Type.Array(Type.String(), { description: 'names of what is watched for' }),
  },
  { title: 'MemoryState', description: 'How remembering fares.' },
);

export const AnswersState = Type.Object(
  {
    model: Type.String(),
    asked: Count('questions given to the model, and descriptions wanted of it'),
    answered: Type.Integer({ minimum: 0 }),
    failed: Counts('what came to nothing, by reason'),
  },
  { title: 'AnswersState', description: 'How the model that answers questions fares.' },
);

export const PerceptionDiagnostics = Type.Object(
  {
    ...head,
    detectors: Type.Array(DetectorState),
    listeners: Type.Array(ListenerState),
    embedders: Type.Optional(Type.Array(EmbedderState)),
    speech: Type.Optional(SpeechState),
    memory: Type.Optional(MemoryState),
    answers: Type.Optional(AnswersState),
    orphans: Count('answers to questions that nobody waits for any more'),
    provenance: Provenance,
  },
  { title: 'PerceptionDiagnostics', description: 'How the models fare: the same in every replay of the recording.' },
);
export type PerceptionDiagnostics = Static<typeof PerceptionDiagnostics>;
