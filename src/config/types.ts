import type { AlignConfig } from '../align/index.ts';
import type { ClockConfig } from '../clock/index.ts';
import type { FrameId, StreamDescriptor, StreamId } from '../frame/index.ts';
import type { FusionConfig } from '../fusion/index.ts';
import type { Transform } from '../geometry/index.ts';
import type { MemoryConfig } from '../memory/index.ts';
import type { PerceptionConfig } from '../perception/index.ts';
import type { SheddingConfig } from '../pipeline/index.ts';
import type { PublishConfig } from '../publish/index.ts';
import type { RecallConfig } from '../recall/index.ts';
import type { RecordConfig } from '../record/index.ts';
import type { WebConfig } from '../web/index.ts';

/** A loaded, checked and frozen configuration. Everything that may be unsaid and was is `undefined`. */
export interface SensoriumConfig {
  /** Name in topics. */
  readonly robot: string;
  readonly frames: { readonly map: FrameId; readonly odom: FrameId; readonly base: FrameId };
  /** What to open when running live, by name. */
  readonly sources: Readonly<Record<string, SourceConfig>>;
  readonly streams: Readonly<Record<StreamId, StreamConfig>>;
  /** T_base_<stream> by stream: takes coordinates in the sensor to the base. */
  readonly mounts: Readonly<Record<StreamId, Transform>>;
  readonly align: AlignConfig;
  readonly perception: PerceptionConfig;
  readonly fusion: FusionConfig;
  readonly shedding: SheddingConfig;
  readonly publish: PublishConfig;
  readonly web: WebConfig;
  readonly record: RecordConfig;
  readonly memory: MemoryConfig;
  readonly recall: RecallConfig;
}

/** An entry of `sources`: which driver, and what that driver is told. */
export interface SourceConfig {
  /** Type of a DriverDefinition. */
  readonly driver: string;
  readonly config: object;
}

/** An entry of `streams`. */
export interface StreamConfig extends ClockConfig {
  /** Topic of a log, stream of a source, or `source/stream`; `undefined`: the stream's own name. */
  readonly source?: string;
  readonly frameId?: FrameId;
  readonly role?: StreamDescriptor['role'];
}
