import type { PublisherCounters } from '../../contract/index.ts';
import type { AlignedSet, DeviceClock, FrameId, SetMember, Stamp, StreamId } from '../../frame/index.ts';
import { NS_PER_SECOND } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import type * as wire from '../schema/reports.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

type CountsByReason = Readonly<Record<string, number>>;

/** How a stream is. */
export interface ConditionReport {
  readonly state: wire.SensorStateName;
  readonly since: Stamp;
  /** Unless it is well. */
  readonly why?: string;
}

/** One stream: whether it works, and what became of its frames. */
export interface SensorReport extends ConditionReport {
  readonly stamp: Stamp;
  readonly stream: StreamId;
  readonly kind: string;
  readonly frameId: FrameId;
  /** Hz. */
  readonly rate?: number;
  /** s. */
  readonly age?: number;
  readonly received: number;
  readonly used: number;
  readonly held: number;
  readonly dropped: CountsByReason;
  /** Before admission: in the driver. */
  readonly lost: CountsByReason;
  /** What has happened to it, and how often. */
  readonly incidents: CountsByReason;
  readonly clock: DeviceClock['domain'];
  readonly origin: Origin;
}

export function sensorMessage(toTime: ToTime, report: SensorReport): Unnumbered<'SensorState'> {
  return {
    timestamp: toTime(report.stamp),
    stream: report.stream,
    kind: report.kind,
    frame_id: report.frameId,
    ...condition(toTime, report),
    ...(report.rate === undefined ? {} : { rate: report.rate }),
    ...(report.age === undefined ? {} : { age: report.age }),
    received: report.received,
    used: report.used,
    held: report.held,
    dropped: { ...report.dropped },
    lost: { ...report.lost },
    incidents: { ...report.incidents },
    clock_domain: report.clock,
    provenance: provenance(report.origin),
  };
}

function condition(toTime: ToTime, { state, since, why }: ConditionReport): wire.Condition {
  return { state, since: toTime(since), ...(why === undefined ? {} : { why }) };
}

/** How the aligner was asked to work: `pivot` only where the policy has one. */
export interface AlignmentPolicy {
  readonly policy: string;
  readonly pivot?: StreamId;
}

export function alignedSetMessage(
  toTime: ToTime,
  set: AlignedSet,
  alignment: AlignmentPolicy,
  origin: Origin,
): Unnumbered<'AlignedSetReport'> {
  return {
    timestamp: toTime(set.stamp),
    number: set.number,
    completed: toTime(set.completed),
    policy: alignment.policy,
    ...(alignment.pivot === undefined ? {} : { pivot: alignment.pivot }),
    spread: set.spread,
    members: set.members.map(memberOf),
    missing: set.missing.map(({ stream, reason, nearest }) => ({
      stream,
      reason,
      ...(nearest === undefined ? {} : { nearest }),
    })),
    ...(set.waitedFor === undefined ? {} : { waited_for: { ...set.waitedFor } }),
    provenance: provenance(origin),
  };
}

function memberOf(member: SetMember): wire.SetMember {
  const { how, stream, deviation } = member;
  switch (how) {
    case 'nearest':
    case 'held':
      return { stream, how, offset: member.offset, deviation, inputs: [member.frame.input] };
    case 'interpolated': {
      const { fraction, before, after } = member;
      return { stream, how, fraction, deviation, inputs: [before.input, after.input] };
    }
    case 'window':
      return { stream, how, deviation, inputs: member.frames.map((frame) => frame.input) };
  }
}

/** What the pipeline has done so far: a function of its inputs alone. */
export interface DiagnosticsReport {
  readonly stamp: Stamp;
  readonly inputs: number;
  readonly sets: number;
  readonly publications: number;
  readonly sensors: readonly (ConditionReport & { readonly stream: StreamId })[];
  /** By stage and reason. */
  readonly dropped: Readonly<Record<string, CountsByReason>>;
  readonly origin: Origin;
}

export function diagnosticsMessage(toTime: ToTime, report: DiagnosticsReport): Unnumbered<'Diagnostics'> {
  return {
    timestamp: toTime(report.stamp),
    inputs: report.inputs,
    sets: report.sets,
    publications: report.publications,
    sensors: Object.fromEntries(report.sensors.map((sensor) => [sensor.stream, condition(toTime, sensor)])),
    dropped: Object.fromEntries(Object.entries(report.dropped).map(([stage, counts]) => [stage, { ...counts }])),
    provenance: provenance(report.origin),
  };
}

/** How the recording fares. */
export interface RecordingReport {
  readonly state: 'recording' | 'paused' | 'ended';
  readonly why?: string;
  readonly file: string;
  readonly files: number;
  readonly bytes: number;
  readonly recorded: number;
  readonly waiting: number;
  readonly lost: CountsByReason;
}

/** How the worker fares that runs the models. */
export interface WorkerReport {
  readonly done: number;
  readonly failed: CountsByReason;
  readonly waiting: number;
  readonly running: number;
  readonly ready: number;
  readonly replaced: number;
}

/** How the machine fares; measured by whoever runs the pipeline, outside it. */
export interface HostReport {
  readonly stamp: Stamp;
  /** Cores used of late. */
  readonly cpu: number;
  /** Bytes, as process.memoryUsage() gives them. */
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly external: number };
  /** ns, as perf_hooks.monitorEventLoopDelay() gives them; NaN or nothing measured counts as 0. */
  readonly eventLoopDelay: { readonly mean: number; readonly p99: number; readonly max: number };
  /** s. */
  readonly uptime: number;
  readonly publishers: readonly { readonly name: string; readonly counters: PublisherCounters }[];
  /** Where there is a recording. */
  readonly recording?: RecordingReport;
  /** Where there are models. */
  readonly models?: WorkerReport;
  readonly origin: Origin;
}

export function hostMessage(toTime: ToTime, report: HostReport): Unnumbered<'HostDiagnostics'> {
  const { memory, eventLoopDelay } = report;
  return {
    timestamp: toTime(report.stamp),
    cpu: report.cpu,
    memory: { rss: memory.rss, heap_used: memory.heapUsed, external: memory.external },
    event_loop_delay: {
      mean: seconds(eventLoopDelay.mean),
      p99: seconds(eventLoopDelay.p99),
      max: seconds(eventLoopDelay.max),
    },
    uptime: report.uptime,
    publishers: Object.fromEntries(
      report.publishers.map(({ name, counters }) => [
        name,
        {
          connected: counters.connected,
          sent: counters.sent,
          queued: counters.queued,
          dropped: { ...counters.dropped },
        },
      ]),
    ),
    ...(report.recording === undefined
      ? {}
      : { recording: { ...report.recording, lost: { ...report.recording.lost } } }),
    ...(report.models === undefined ? {} : { models: { ...report.models, failed: { ...report.models.failed } } }),
    provenance: provenance(report.origin),
  };
}

/** Whether the daemon runs. */
export interface RobotReport {
  readonly stamp: Stamp;
  readonly state: 'online' | 'offline';
  /** Left out by those who speak for a daemon that has vanished. */
  readonly since?: Stamp;
  readonly why?: string;
  readonly version: string;
  readonly boot: string;
  readonly origin: Origin;
}

export function robotMessage(toTime: ToTime, report: RobotReport): Unnumbered<'RobotState'> {
  return {
    timestamp: toTime(report.stamp),
    state: report.state,
    ...(report.since === undefined ? {} : { since: toTime(report.since) }),
    ...(report.why === undefined ? {} : { why: report.why }),
    version: report.version,
    boot: report.boot,
    provenance: provenance(report.origin),
  };
}

function seconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? nanoseconds / NS_PER_SECOND : 0;
}
