import { integerIn, listOf, mapOf, numberIn, optional, text } from '../../contract/index.ts';
import type { StreamId } from '../../frame/index.ts';

/** A fusion head over windows of several streams. */
export interface HeadConfig {
  readonly model?: string;
  readonly streams: readonly StreamId[];
  readonly stepMs: number;
  readonly windowMs: number;
  readonly hopMs: number;
  readonly latenessMs: number;
  readonly deadlineMs: number;
}

/** The section `fusion.heads`. */
export const headsSchema = {
  doc:
    'Learned decisions over windows of several streams, by a name of your choice: ' +
    '`happening: { model: happening, streams: [imu, scan, microphones] }`. See docs/heads.md.',
  format: mapOf(
    {
      model: {
        doc:
          'Folder that `sensorium train` wrote, or the name of a head that comes with Sensorium. Unset: windows are cut for ' +
          '`sensorium dataset build`, and nothing is decided.',
        format: optional(text(/^[^\0]+$/, 'a folder or a name')),
        default: undefined,
      },
      streams: {
        doc:
          'The modalities: streams of imu, odometry, scan, depth, image, audio or text. A stream that is not there is masked; ' +
          'the model must know them all.',
        format: listOf(text(), 0, 16),
        default: [],
      },
      stepMs: {
        doc:
          'Length of a step in ms, over which measurements are summed up in a few numbers. Too small: many steps, most of them ' +
          'empty for slow sensors; too large: what is short is washed out.',
        format: integerIn(10, 10_000),
        default: 100,
      },
      windowMs: {
        doc:
          'Length of what is decided about, ms; whole steps. Too small: what takes longer is not seen; too large: what is over ' +
          'is still told.',
        format: integerIn(10, 60_000),
        default: 1000,
      },
      hopMs: {
        doc: 'From one decision to the next, ms; whole steps. Too small: the processor is busy; too large: decisions come late.',
        format: integerIn(10, 60_000),
        default: 500,
      },
      latenessMs: {
        doc:
          'How long frames are waited for after the end of a window, ms. Too small: what comes later is left out, and counted; ' +
          'too large: decisions come late.',
        format: numberIn(0, 10_000),
        default: 150,
      },
      deadlineMs: {
        doc:
          'How long an answer is waited for, ms. Too small: a busy machine never answers in time; too large: a model that ' +
          'hangs goes unnoticed.',
        format: numberIn(1, 60_000),
        default: 2000,
      },
    },
    /^[a-z0-9][a-z0-9-]*$/,
  ),
  default: {},
};
