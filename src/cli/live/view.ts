import type { Publisher } from '../../contract/index.ts';
import { NS_PER_SECOND, type FrameId, type Stamp } from '../../frame/index.ts';
import { yawOf, type Transform } from '../../geometry/index.ts';
import type { PipelineReport, StreamReport } from '../../pipeline/index.ts';
import type { RecordingStatus } from '../../record/index.ts';

/** A live run at one moment, as plain data: what the display draws and what a line of JSON holds. */
export interface LiveView {
  readonly robot: string;
  /** s since the start. */
  readonly seconds: number;
  readonly inputs: number;
  readonly published: number;
  readonly streams: Readonly<Record<string, StreamView>>;
  readonly sets: SetsView;
  readonly pose?: PoseView;
  /** The reference (simulated truth) in the pose's coordinates. */
  readonly reference?: PoseView;
  /** Of the pose against the reference: m, and rad. */
  readonly error?: { readonly distance: number; readonly yaw: number };
  readonly subscribe: Readonly<Record<string, PublisherView>>;
  readonly recording?: RecordingStatus;
  readonly notices: readonly string[];
}

export interface StreamView {
  readonly kind: string;
  readonly role: string;
  /** Hz; left out before the first whole second. */
  readonly rate?: number;
  /** ms since the last frame arrived; left out before the first. */
  readonly ageMs?: number;
  readonly state: string;
  readonly why?: string;
  readonly received: number;
  readonly used: number;
  readonly held: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly lost: Readonly<Record<string, number>>;
}

export interface SetsView {
  readonly count: number;
  readonly incomplete: number;
  /** Of late. */
  readonly perSecond: number;
  /** ms between the earliest and the latest single frame, mean of late. */
  readonly spreadMs?: number;
  readonly pivot?: string;
}

/** m and rad. */
export interface PoseView {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly frameId: FrameId;
}

export interface PublisherView {
  readonly address: string;
  /** To paste into a shell; a page's own address. */
  readonly command: string;
  readonly connected: boolean;
  readonly sent: number;
  readonly dropped: number;
}

/** What a view is made of. */
export interface ViewSource {
  readonly robot: string;
  readonly odom: FrameId;
  readonly now: Stamp;
  readonly report: PipelineReport;
  readonly publishers: readonly Publisher[];
  readonly recording: RecordingStatus | undefined;
  readonly notices: readonly string[];
}

/** @param before the view before this one: rates are between the two */
export function viewOf(source: ViewSource, before?: LiveView): LiveView {
  const { report, recording } = source;
  const { comparison } = report;
  const seconds = source.now / NS_PER_SECOND;
  return {
    robot: source.robot,
    seconds,
    inputs: report.inputs,
    published: report.published,
    streams: Object.fromEntries(report.streams.map((stream) => [stream.descriptor.id, streamView(stream)])),
    sets: setsView(report, seconds, before),
    ...(report.pose === undefined
      ? {}
      : {
          pose: poseView(
            { translation: report.pose.pose.position, rotation: report.pose.pose.orientation },
            source.odom,
          ),
        }),
    ...(comparison === undefined
      ? {}
      : { reference: poseView(comparison.reference, source.odom), error: { ...comparison.error } }),
    subscribe: Object.fromEntries(source.publishers.map((publisher) => [publisher.name, publisherView(publisher)])),
    ...(recording === undefined ? {} : { recording }),
    notices: source.notices,
  };
}

function streamView({ descriptor, health, account }: StreamReport): StreamView {
  return {
    kind: descriptor.kind,
    role: descriptor.role,
    ...(health.rate === undefined ? {} : { rate: health.rate }),
    ...(health.age === undefined ? {} : { ageMs: health.age * 1000 }),
    state: health.condition,
    ...(health.why === undefined ? {} : { why: health.why }),
    received: account.received,
    used: account.used,
    held: account.held,
    dropped: { ...account.dropped },
    lost: { ...account.lost },
  };
}

/** Shorter than this, s, between two views, the rate of the one before stands. */
const SHORTEST = 0.5;

function setsView({ sets, pivot }: PipelineReport, seconds: number, before?: LiveView): SetsView {
  const elapsed = seconds - (before?.seconds ?? 0);
  const since = sets.count - (before?.sets.count ?? 0);
  return {
    count: sets.count,
    incomplete: sets.incomplete,
    perSecond: elapsed >= SHORTEST ? since / elapsed : (before?.sets.perSecond ?? 0),
    ...(sets.meanSpread === undefined ? {} : { spreadMs: sets.meanSpread * 1000 }),
    ...(pivot === undefined ? {} : { pivot }),
  };
}

function poseView({ translation: [x, y, z], rotation }: Transform, frameId: FrameId): PoseView {
  return { x, y, z, yaw: yawOf(rotation), frameId };
}

function publisherView(publisher: Publisher): PublisherView {
  const { connected, sent, dropped } = publisher.counters();
  const { address } = publisher;
  return { address, command: commandOf(address), connected, sent, dropped: total(dropped) };
}

/** What to do with an address: a page is opened as it stands, in a browser. */
function commandOf(address: string): string {
  if (address.startsWith('http:')) return address;
  return address.startsWith('tcp:')
    ? `npx sensorium topic echo pose --zmq ${address}`
    : `mosquitto_sub -v -L '${address}'`;
}

/** Sum of counts. */
export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
