import { lastToArrive, type Alignment } from '../align/index.ts';
import type { DelayMonitor } from '../clock/delay/index.ts';
import type { StreamClock } from '../clock/index.ts';
import type { Pressure } from '../contract/index.ts';
import {
  isLargeKind,
  type AlignedSet,
  type Frame,
  type FrameId,
  type InputNumber,
  type Stamp,
  type StreamDescriptor,
  type StreamId,
  type UnixNs,
} from '../frame/index.ts';
import { composeTransforms, invertTransform, type Transform } from '../geometry/index.ts';
import {
  alignedSetMessage,
  attachmentOf,
  clocksMessage,
  decisionMessage,
  decisionsTopic,
  delaysMessage,
  descriptionMessage,
  detectionsMessage,
  detectionsTopic,
  soundsMessage,
  soundsTopic,
  speechMessage,
  speechTopic,
  diagnosticsMessage,
  isPublished,
  LARGE,
  measurementMessage,
  measurementsTopic,
  orientationMessage,
  poseMessage,
  replyMessage,
  sensorMessage,
  sensorTopic,
  sheddingMessage,
  sightingMessage,
  sightingsTopic,
  timeAt,
  transformsMessage,
  type Origin,
  type TransformReport,
  type SaidReport,
} from '../publish/index.ts';
import type { Detections, Sounds, Speech } from '../perception/index.ts';
import type { Decision, PoseEstimate } from '../fusion/index.ts';
import type { Reply } from './command.ts';
import type { Decisions } from './decide.ts';
import type { Perception } from './perceive.ts';
import type { Hashes, PipelineConfig } from './config.ts';
import type { Fusion } from './fuse.ts';
import type { Ledger } from './ledger.ts';
import type { Monitor } from './monitor.ts';
import type { Outbox } from './outbox.ts';
import type { createSetStatistics } from './report.ts';
import type { Answering } from './answer/index.ts';
import { createModelReports } from './model-reports.ts';
import type { Recollection, Sighting } from './recall/index.ts';
import { createSchedule, whenDue } from './schedule.ts';
import type { SheddingState } from './shedding/shedding.ts';
import { staticTransforms } from './static-transforms.ts';

/** What the reporter tells about, and where it tells it. */
export interface ReporterOptions {
  readonly config: PipelineConfig;
  readonly streams: readonly StreamDescriptor[];
  readonly mounts: ReadonlyMap<StreamId, Transform>;
  readonly epoch: UnixNs;
  readonly hashes: Hashes;
  readonly outbox: Outbox;
  /** Of the streams, in their order. */
  readonly clocks: readonly StreamClock[];
  readonly delays: DelayMonitor;
  readonly perception: Perception;
  readonly decisions: Decisions;
  readonly recollection: Recollection;
  readonly answering: Answering;
  readonly ledger: Ledger;
  readonly monitor: Monitor;
  readonly fusion: Fusion;
  readonly alignment: Alignment | undefined;
  readonly setStatistics: ReturnType<typeof createSetStatistics>;
}

/** Says on every tick what is due, and every set as it comes. */
export interface Reporter {
  tick(now: Stamp, inputs: number): void;
  /** A filter has taken a frame: what it makes of it goes out at once where it is due, and waits for no tick. */
  estimated(now: Stamp): void;
  set(set: AlignedSet): void;
  /** A frame has its time. */
  frame(frame: Frame): void;
  /** What is given up has changed. */
  shedding(change: SheddingState, pressure: Pressure, now: Stamp): void;
  /** A detector has answered. */
  detections(found: Detections): void;
  /** A sound model has answered. */
  sounds(heard: Sounds): void;
  /** Something that was said has been written down. */
  speech(said: Speech): void;
  /** A head has decided. */
  decided(decision: Decision): void;
  /** Something that is watched for is in view. */
  sighted(sighting: Sighting): void;
  /** A description that nobody asked for has been given. */
  described(said: SaidReport, now: Stamp): void;
  /** A command has been carried out, or refused. */
  reply(reply: Reply, now: Stamp): void;
  /** A frame of a stream that nobody announced has come, and gone. */
  stray(stream: StreamId): void;
}

/** Makes the reporter: it owns no state but the schedules and what it said last. */
export function createReporter(options: ReporterOptions): Reporter {
  const { config, streams, outbox, ledger, monitor, fusion, alignment } = options;
  const { frames } = config;
  const { rates } = config.publish;
  const toTime = timeAt(options.epoch);
  const models = createModelReports(options, toTime);
  const due = {
    pose: createSchedule(rates.poseHz),
    orientation: createSchedule(rates.orientationHz),
    tf: createSchedule(rates.tfHz),
    sensors: createSchedule(rates.sensorsHz),
    diag: createSchedule(rates.diagHz),
    delays: createSchedule(rates.delaysHz),
  };
  const conditions = new Map<StreamId, string>();
  const measurements = new Set<StreamId>(config.publish.measurements);
  const strays = new Map<StreamId, number>();
  const fixed = staticTransforms(config, streams, options.mounts);
  const alignmentPolicy = { policy: config.align.policy, pivot: alignment?.pivot };
  let lastPose: Stamp | undefined;
  let lastOrientation: Stamp | undefined;

  function origin(inputs: readonly InputNumber[], absent: readonly string[], ages?: readonly number[]): Origin {
    return { inputs, absent, ages, ...options.hashes };
  }

  function originOf({ senses }: Pick<SaidReport, 'senses'>): Origin {
    const well = senses.filter(({ state }) => state === 'well');
    const absent = senses.filter(({ state }) => state !== 'well').map(({ stream }) => stream);
    return origin(
      well.flatMap(({ input }) => input ?? []),
      absent,
      well.flatMap(({ age }) => age ?? []),
    );
  }

  function pose(now: Stamp): void {
    if (!due.pose.isDue(now)) return;
    const estimate = fusion.pose.estimate();
    if (estimate === undefined || estimate.stamp === lastPose) return;
    due.pose.done(now);
    lastPose = estimate.stamp;
    sendPose('pose', frames.odom, estimate);
    const there = fusion.map?.estimate(estimate.stamp);
    if (isKnown(there)) sendPose('pose/map', frames.map, there);
  }

  function sendPose(topic: string, frameId: FrameId, estimate: PoseEstimate): void {
    const { stamp, validity, validityReason, pose: its, twist, faults, innovations, inputs, ages, absent } = estimate;
    const report = { stamp, frameId, childFrameId: frames.base, validity, validityReason, pose: its, twist, faults };
    const message = poseMessage(toTime, { ...report, innovations, origin: origin(inputs, absent, ages) });
    outbox.send(topic, 'Pose', stamp, message);
  }

  function orientation(now: Stamp): void {
    if (!due.orientation.isDue(now)) return;
    const estimate = fusion.orientation.estimate();
    if (estimate === undefined || estimate.stamp === lastOrientation) return;
    due.orientation.done(now);
    lastOrientation = estimate.stamp;
    const { stamp, validity, validityReason, covariance, angularVelocity, inputs, ages, absent } = estimate;
    outbox.send(
      'orientation',
      'Orientation',
      stamp,
      orientationMessage(toTime, {
        stamp,
        frameId: frames.odom,
        childFrameId: frames.base,
        validity,
        validityReason,
        orientation: estimate.orientation,
        covariance,
        angularVelocity,
        origin: origin(inputs, absent, ages),
      }),
    );
  }

  /** Where odom is in the map: what a place there corrects. The pose in odom stays as continuous as it is. */
  function mapTransform({ stamp, pose: inOdom }: PoseEstimate): TransformReport[] {
    const there = fusion.map?.estimate(stamp);
    if (!isKnown(there)) return [];
    const base: Transform = { translation: there.pose.position, rotation: there.pose.orientation };
    const odom: Transform = { translation: inOdom.position, rotation: inOdom.orientation };
    const { translation, rotation } = composeTransforms(base, invertTransform(odom));
    return [{ stamp, parentFrameId: frames.map, childFrameId: frames.odom, translation, rotation }];
  }

  function transforms(now: Stamp): void {
    const estimate = fusion.pose.estimate();
    const moving: TransformReport[] =
      estimate === undefined
        ? []
        : [
            ...mapTransform(estimate),
            {
              stamp: estimate.stamp,
              parentFrameId: frames.odom,
              childFrameId: frames.base,
              translation: estimate.pose.position,
              rotation: estimate.pose.orientation,
            },
          ];
    // Written out: V8 clones an old object by spread into the old generation, where it stays until the next full collection.
    const mounted = fixed.map(({ parentFrameId, childFrameId, translation, rotation }): TransformReport => ({
      stamp: now,
      parentFrameId,
      childFrameId,
      translation,
      rotation,
    }));
    const all = [...moving, ...mounted];
    if (all.length === 0) return;
    outbox.send('tf', 'FrameTransforms', now, transformsMessage(toTime, now, all, origin(estimate?.inputs ?? [], [])));
  }

  function sensor(stream: StreamDescriptor, place: number, now: Stamp): void {
    const { condition, since, why, rate, age, incidents } = monitor.health(stream.id, now);
    const { received, used, held, dropped, lost } = ledger.account(place);
    conditions.set(stream.id, condition);
    outbox.send(
      sensorTopic(stream.id),
      'SensorState',
      now,
      sensorMessage(toTime, {
        stamp: now,
        stream: stream.id,
        kind: stream.kind,
        frameId: stream.frameId,
        state: condition,
        since,
        why,
        rate,
        age,
        received,
        used,
        held,
        dropped,
        lost,
        incidents,
        clock: stream.clock.domain,
        origin: origin([], []),
      }),
    );
  }

  function diagnostics(now: Stamp, inputs: number): void {
    const dropped = Object.fromEntries(
      streams
        .map(({ id }, place) => [id, ledger.account(place).dropped] as const)
        .filter(([, reasons]) => Object.keys(reasons).length > 0)
        .concat([...strays].map(([id, count]) => [id, { 'unknown stream': count }])),
    );
    outbox.send(
      'diag',
      'Diagnostics',
      now,
      diagnosticsMessage(toTime, {
        stamp: now,
        inputs,
        sets: options.setStatistics.value().count,
        publications: outbox.count(),
        sensors: streams.map(({ id }) => {
          const { condition, since, why } = monitor.health(id, now);
          return { stream: id, state: condition, since, why };
        }),
        dropped,
        origin: origin([], []),
      }),
    );
  }

  function clocks(now: Stamp): void {
    const reports = options.clocks.map((clock) => clock.report());
    outbox.send('diag/clocks', 'ClockDiagnostics', now, clocksMessage(toTime, now, reports, origin([], [])));
  }

  function delays(now: Stamp): void {
    const reports = options.delays.delays();
    if (reports.length === 0) return;
    outbox.send('diag/delays', 'DelayDiagnostics', now, delaysMessage(toTime, now, reports, origin([], [])));
  }

  return {
    tick(now, inputs) {
      whenDue(due.tf, now, () => transforms(now));
      const all = due.sensors.isDue(now);
      if (all) due.sensors.done(now);
      streams.forEach((stream, place) => {
        if (all || conditions.get(stream.id) !== monitor.condition(stream.id)) sensor(stream, place, now);
      });
      whenDue(due.delays, now, () => delays(now));
      whenDue(due.diag, now, () => {
        diagnostics(now, inputs);
        clocks(now);
        models(now, origin([], []));
      });
    },
    estimated(now) {
      pose(now);
      orientation(now);
    },
    set(set) {
      const absent = set.missing.map(({ stream }) => stream);
      const waited = set.waitedFor === undefined ? { ...set, waitedFor: lastToArrive(set.members) } : set;
      const message = alignedSetMessage(toTime, waited, alignmentPolicy, origin(inputsOf(set), absent));
      outbox.send('sets', 'AlignedSetReport', set.stamp, message);
    },
    frame(frame) {
      if (!measurements.has(frame.stream) || !isPublished(frame)) return;
      const { stream, stamp, input, measurement } = frame;
      const message = measurementMessage(toTime, frame, origin([input], []));
      const only = isLargeKind(measurement.kind) ? LARGE : 'zeromq';
      const more = { attachment: attachmentOf(measurement), only };
      outbox.send(measurementsTopic(stream), 'Measurement', stamp, message, more);
    },
    detections({ stamp, frameId, stream, model, modelHash, input, age, detections }) {
      const report = { stamp, frameId, stream, model, modelHash, detections, origin: origin([input], [], [age]) };
      outbox.send(detectionsTopic(stream), 'Detections', stamp, detectionsMessage(toTime, report));
    },
    shedding({ shed, why }, pressure, now) {
      const report = { stamp: now, shed, why, pressure, origin: origin([], []) };
      outbox.send('shedding', 'Shedding', now, sheddingMessage(toTime, report));
    },
    sounds({ inputs, ...heard }) {
      const message = soundsMessage(toTime, { ...heard, origin: origin(inputs, []) });
      outbox.send(soundsTopic(heard.stream), 'Sounds', heard.start, message);
    },
    speech({ inputs, ...said }) {
      const message = speechMessage(toTime, { ...said, origin: origin(inputs, []) });
      outbox.send(speechTopic(said.stream), 'Speech', said.start, message);
    },
    decided(decision) {
      const { modalities, head, end } = decision;
      const absent = modalities.filter(({ present }) => present === 0).map(({ stream }) => stream);
      // All of them would be hundreds: each modality says from which to which.
      const inputs = modalities.flatMap((modality) => (modality.inputs === undefined ? [] : [modality.inputs.last]));
      const message = decisionMessage(toTime, { ...decision, origin: origin(inputs, absent) });
      outbox.send(decisionsTopic(head), 'Decision', end, message);
    },
    reply(reply, now) {
      const { answer: { found = [], absent = [] } = {}, lesson, said = reply.progress } = reply;
      const inputs = [...found, lesson].flatMap((its) => its?.input ?? []);
      const from = said === undefined ? origin(inputs, absent) : originOf(said);
      const report = { ...reply, stamp: now, origin: from };
      outbox.send('replies', 'Reply', now, replyMessage(toTime, report));
    },
    described(said, now) {
      const message = descriptionMessage(toTime, { ...said, stamp: now, origin: originOf(said) });
      outbox.send('descriptions', 'Description', now, message);
    },
    sighted({ input, age, ...sighting }) {
      const message = sightingMessage(toTime, { ...sighting, origin: origin([input], [], [age]) });
      outbox.send(sightingsTopic(sighting.name), 'Sighting', sighting.stamp, message);
    },
    stray(stream) {
      strays.set(stream, (strays.get(stream) ?? 0) + 1);
    },
  };
}

/** Whether a pose in the map means anything yet. */
function isKnown(there: PoseEstimate | undefined): there is PoseEstimate {
  return there?.isPlaced === true && there.validity !== 'initialising';
}

function inputsOf(set: AlignedSet): InputNumber[] {
  const inputs: InputNumber[] = [];
  for (const member of set.members) {
    if (member.how === 'window') for (const frame of member.frames) inputs.push(frame.input);
    else if (member.how === 'interpolated') inputs.push(member.before.input, member.after.input);
    else inputs.push(member.frame.input);
  }
  return inputs;
}
