import { Type, type Static } from '@sinclair/typebox';
import { Provenance, head } from './common.ts';

export const Shedding = Type.Object(
  {
    ...head,
    shed: Type.Array(Type.String(), {
      description: '`models`, kinds of measurement or streams that are given up from now on; empty: nothing is',
    }),
    why: Type.Optional(
      Type.Unsafe<'busy' | 'recording' | 'memory'>(
        Type.Union([Type.Literal('busy'), Type.Literal('recording'), Type.Literal('memory')], {
          description: 'what is under too much pressure; absent when something is taken up again',
        }),
      ),
    ),
    pressure: Type.Object(
      {
        busy: Type.Number({ description: 'share of the time that the daemon’s thread is at work' }),
        recording: Type.Number({ description: 'share of what may wait for the disk that waits' }),
        memory: Type.Number({ description: 'share of the payloads’ memory that is held' }),
        models: Type.Object(
          { backlog: Type.Integer({ minimum: 0 }), credit: Type.Integer({ minimum: 0 }) },
          { description: 'jobs of the model workers that run or wait, and how many more would be taken' },
        ),
      },
      { title: 'Pressure' },
    ),
    provenance: Provenance,
  },
  { title: 'Shedding', description: 'What the daemon gives up because it cannot keep up, when that changes.' },
);
export type Shedding = Static<typeof Shedding>;
