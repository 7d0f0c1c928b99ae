import { Type, type Static } from '@sinclair/typebox';
import { Count, Counts, Provenance, head } from './common.ts';

export const STAMP_BASES = ['device', 'estimate', 'rebuilt', 'arrival'] as const;
/** How a stream's times are found. */
export type StampBasisName = (typeof STAMP_BASES)[number];

export const StreamClockState = Type.Object(
  {
    stream: Type.String({ description: "the stream's own name" }),
    basis: Type.Unsafe<StampBasisName>(
      Type.Union(
        STAMP_BASES.map((word) => Type.Literal(word)),
        {
          description:
            "how its latest stamp was found. device: stamped by the host's own clock; estimate: the device's stamp, " +
            "related to the host's clock; rebuilt: the grid on which the samples must have been taken; arrival: the " +
            'receive time',
        },
      ),
    ),
    rate: Type.Optional(Type.Number({ minimum: 0, description: 'Hz, by the clock that samples' })),
    drift_ppm: Type.Optional(
      Type.Number({ description: "how much faster the device's clock runs than the host's, parts per million" }),
    ),
    latency: Type.Optional(
      Type.Object(
        { p50: Type.Number({ minimum: 0 }), p99: Type.Number({ minimum: 0 }) },
        { description: 's that frames were under way longer than the quickest of late: median and 99th of a hundred' },
      ),
    ),
    deviation: Type.Optional(Type.Number({ minimum: 0, description: 's, standard deviation of its latest stamp' })),
    stamped: Count('frames that were given a stamp'),
    gaps: Count('silences longer than 2.5 periods and 20 ms'),
    backward: Count("times that the device's time went back from one frame to the next"),
    missing: Count('samples known to be lost, where times are rebuilt'),
    wraps: Count("times that the device's counter has wrapped"),
    refused: Counts('frames refused, by reason: duplicate, invalid stamp, future stamp, past stamp'),
    events: Counts(
      "what has happened to the device's clock, and how often: device restart, clock step (its time of day was set), " +
        "clock drift (it was taken for the host's own, but runs at another rate)",
    ),
  },
  { title: 'StreamClockState', description: 'The clock of one stream.' },
);
export type StreamClockState = Static<typeof StreamClockState>;

export const ClockDiagnostics = Type.Object(
  {
    ...head,
    streams: Type.Array(StreamClockState, { description: 'in the order of the configured streams' }),
    provenance: Provenance,
  },
  { title: 'ClockDiagnostics', description: 'How the times of each stream are found: the same in every replay.' },
);
export type ClockDiagnostics = Static<typeof ClockDiagnostics>;
