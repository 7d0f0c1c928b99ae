import type { AlignConfig } from '../align/index.ts';
import type { ClockConfig } from '../clock/index.ts';
import type { FrameId, StreamId } from '../frame/index.ts';
import type { FusionConfig } from '../fusion/index.ts';
import type { PerceptionConfig } from '../perception/index.ts';
import type { PublishConfig } from '../publish/index.ts';
import type { SheddingConfig } from './shedding/config.ts';

/** The part of the configuration that the state machine depends on. Everything else belongs to the shell around it. */
export interface PipelineConfig {
  readonly frames: { readonly map: FrameId; readonly odom: FrameId; readonly base: FrameId };
  readonly streams: Readonly<Record<StreamId, ClockConfig>>;
  readonly align: AlignConfig;
  readonly perception: PerceptionConfig;
  readonly fusion: FusionConfig;
  readonly recall: RecallLimits;
  readonly shedding: SheddingConfig;
  readonly publish: Pick<PublishConfig, 'rates' | 'measurements'>;
}

/** What the state machine knows of the memory: whether there is one, and how long it is waited for. */
export interface RecallLimits {
  readonly path?: string;
  readonly deadlineMs: number;
  /** What is watched for from the start, by name. */
  readonly watches: Readonly<Record<string, { readonly words: string; readonly threshold?: number }>>;
}

/** SHA-256 in hex of what a result depends on besides its inputs. */
export interface Hashes {
  readonly configuration: string;
  /** Of mounts and sensor calibrations. */
  readonly calibration: string;
}
