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

export const PerceptionDiagnostics = Type.Object(
  {
    ...head,
    detectors: Type.Array(DetectorState),
    listeners: Type.Array(ListenerState),
    orphans: Count('answers to questions that nobody waits for any more'),
    provenance: Provenance,
  },
  { title: 'PerceptionDiagnostics', description: 'How the models fare: the same in every replay of the recording.' },
);
export type PerceptionDiagnostics = Static<typeof PerceptionDiagnostics>;
