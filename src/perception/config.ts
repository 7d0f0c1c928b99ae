import { mapOf, numberIn, text, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';

/** A model over a stream. */
export interface DetectorConfig {
  readonly model: string;
  readonly hz: number;
  readonly deadlineMs: number;
}

/** The section `perception`. */
export interface PerceptionConfig {
  /** By stream of pictures. */
  readonly detectors: Readonly<Record<StreamId, DetectorConfig>>;
}

/** Schema of the section `perception`. */
export const schema = {
  detectors: {
    doc: 'Which models look for objects in which streams of pictures, by stream: `camera: { model: fastestdet }`.',
    format: mapOf({
      model: {
        doc: 'Name of the model: see `sensorium models list`.',
        format: text(/^[a-z0-9][a-z0-9-]*$/, 'the name of a model'),
        default: 'fastestdet',
      },
      hz: {
        doc:
          'Pictures looked at each second at the most; the others are passed over. Too small: what moves is seen late; too ' +
          'large: the processor is busy with pictures, and while one is looked at the next are passed over all the same.',
        format: numberIn(0.01, 1000),
        default: 5,
      },
      deadlineMs: {
        doc:
          'How long in ms an answer is waited for. Too small: a busy machine never answers in time; too large: a model that ' +
          'hangs goes unnoticed.',
        format: numberIn(1, 60_000),
        default: 2000,
      },
    }),
    default: {},
  },
} satisfies SchemaTree;
