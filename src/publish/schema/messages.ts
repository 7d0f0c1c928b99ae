import type { TObject } from '@sinclair/typebox';
import { Description } from './answers.ts';
import { ClockDiagnostics } from './clocks.ts';
import { Decision, HeadDiagnostics, Reply } from './decisions.ts';
import { DelayDiagnostics } from './delays.ts';
import { Detections } from './detections.ts';
import { FrameTransforms, Orientation, Pose } from './geometry.ts';
import { Measurement } from './measurement.ts';
import { PerceptionDiagnostics } from './perception.ts';
import { AlignedSetReport, Diagnostics, HostDiagnostics, RobotState, SensorState } from './reports.ts';
import { Sighting } from './recall.ts';
import { Shedding } from './shedding.ts';
import { Sounds } from './sounds.ts';
import { Speech } from './speech.ts';

/** The types of all messages, by the name of their schema. */
export interface MessageTypes {
  readonly Pose: Pose;
  readonly Orientation: Orientation;
  readonly FrameTransforms: FrameTransforms;
  readonly SensorState: SensorState;
  readonly AlignedSetReport: AlignedSetReport;
  readonly Measurement: Measurement;
  readonly Detections: Detections;
  readonly Shedding: Shedding;
  readonly Sounds: Sounds;
  readonly Speech: Speech;
  readonly Decision: Decision;
  readonly Reply: Reply;
  readonly Sighting: Sighting;
  readonly Description: Description;
  readonly Diagnostics: Diagnostics;
  readonly ClockDiagnostics: ClockDiagnostics;
  readonly DelayDiagnostics: DelayDiagnostics;
  readonly PerceptionDiagnostics: PerceptionDiagnostics;
  readonly HeadDiagnostics: HeadDiagnostics;
  readonly HostDiagnostics: HostDiagnostics;
  readonly RobotState: RobotState;
}

/** Name of a message's schema. */
export type SchemaName = keyof MessageTypes;

/** A message before it has its number: what builders give. */
export type Unnumbered<Name extends SchemaName> = Omit<MessageTypes[Name], 'sequence'>;

/** JSON Schemas of all messages, by name. The documentation and the tests need them: a daemon does not load them. */
export const SCHEMAS: Readonly<Record<SchemaName, TObject>> = {
  Pose,
  Orientation,
  FrameTransforms,
  SensorState,
  AlignedSetReport,
  Measurement,
  Detections,
  Shedding,
  Sounds,
  Speech,
  Decision,
  Reply,
  Sighting,
  Description,
  Diagnostics,
  ClockDiagnostics,
  DelayDiagnostics,
  PerceptionDiagnostics,
  HeadDiagnostics,
  HostDiagnostics,
  RobotState,
};
