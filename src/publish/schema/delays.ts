import { Type, type Static } from '@sinclair/typebox';
import { Provenance, head } from './common.ts';

export const StreamDelay = Type.Object(
  {
    of: Type.String({ description: 'the stream that is later' }),
    against: Type.String(),
    by: Type.String({ description: 'the motion that both see: yaw rate, speed, position or course' }),
    delay: Type.Optional(
      Type.Number({
        description: 's: what `against` stamps t, `of` stamps t + delay; left out where it cannot be told',
      }),
    ),
    low: Type.Optional(Type.Number({ description: 'lower edge of its 95 % interval, s' })),
    high: Type.Optional(Type.Number({ description: 'upper edge of its 95 % interval, s' })),
    why: Type.Optional(Type.String({ description: 'why it cannot be told' })),
  },
  { title: 'StreamDelay', description: 'How much later one stream is than another.' },
);
export type StreamDelay = Static<typeof StreamDelay>;

export const DelayDiagnostics = Type.Object(
  {
    ...head,
    delays: Type.Array(StreamDelay, { description: 'one for each two streams that see the same motion' }),
    provenance: Provenance,
  },
  { title: 'DelayDiagnostics', description: 'Constant delays between streams, found from the motion that both see.' },
);
export type DelayDiagnostics = Static<typeof DelayDiagnostics>;
