import type { FrameId, Lease, Stamp, StreamDescriptor } from '../frame/index.ts';
import type { Transform } from '../geometry/index.ts';
import type { SchemaTree } from './format.ts';
import type { GoalSource } from './goal.ts';
import type { Admit, InputBody } from './input.ts';
import type { StillSource, StillSplit, StrangeThings } from './still.ts';

/** Memory for one payload, held by whoever took it. */
export interface PayloadBuffer extends Lease {
  /** What it holds at first is undefined. */
  readonly data: Uint8Array;
}

/** What a running driver may use of its host. */
export interface DriverHost {
  /** Host monotonic time since the session's epoch. The only place of the system where a live clock is seen. */
  readonly now: () => Stamp;
  /** Unix time of the session's epoch, ns. */
  readonly epoch: bigint;
  /** Hands an input to the sequencer; synchronous, never throws, may be called only between start and close. */
  readonly admit: Admit;
  /**
   * Memory that is used again, for a large payload: it goes into the measurement, and the lease into the arrival, which
   * hands it over. `undefined` where there is no room: then the frame is lost, and the driver says so (`no memory`).
   * A driver that admits nothing of what it took lets it go.
   */
  readonly payload: (bytes: number) => PayloadBuffer | undefined;
}

/** Where a sensor sits, as its driver knows it: takes coordinates in `child` to `parent`. A configured mount comes before it. */
export interface DriverMount {
  readonly parent: FrameId;
  readonly child: FrameId;
  readonly transform: Transform;
}

/**
 * A source of streams. Making one does nothing; {@link start} opens it and resolves once it is open; frames flow until
 * {@link close}, which is idempotent, may come first, and resolves when the last handle is gone. That it is open is
 * said by whoever starts it. Receive times never go back, and what was admitted is never written again.
 */
export interface Driver {
  readonly streams: readonly StreamDescriptor[];
  readonly mounts?: readonly DriverMount[];
  /**
   * @param signal calls the opening off, then or before; nothing more is admitted once it has
   * @throws SensoriumError E_DRIVER when the source cannot be opened; the signal's reason when it was called off
   */
  start(host: DriverHost, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A source that can run in virtual time: what it would have admitted, in order of receive time, as fast as one reads. */
export interface VirtualSource {
  readonly streams: readonly StreamDescriptor[];
  readonly mounts?: readonly DriverMount[];
  /** @param seconds length of the run in its own time */
  readonly inputs: (seconds: number) => Iterable<InputBody>;
}

/** A kind of driver: its name in the configuration, its configuration and how to make one. */
export interface DriverDefinition<Config extends object = object> {
  /** As written under `sources.<name>.driver`. */
  readonly type: string;
  /** One sentence for `--help` and the documentation. */
  readonly summary: string;
  /** Its section under `sources.<name>`, without `driver` itself. */
  readonly schema: SchemaTree;
  /** @param name the source's name in the configuration: prefix of nothing, shown in messages */
  readonly create: (name: string, config: Config) => Driver;
  /** Only for drivers that make up their data: the same in virtual time. Same configuration, same inputs, bit for bit. */
  readonly simulate?: (name: string, config: Config) => VirtualSource;
  /** Only for such drivers: labelled stills of what they make up. Same seed and split, same stills, bit for bit. */
  readonly stills?: (seed: number, split: StillSplit, strange?: StrangeThings) => StillSource;
  /** Only for such drivers: arrangements that are to be reached. Same seed and split, same goals, bit for bit. */
  readonly goals?: (seed: number, split: StillSplit) => GoalSource;
}

/** Checks a definition's types where it is written and forgets the configuration's type where it is listed. */
export function defineDriver<Config extends object>(definition: DriverDefinition<Config>): DriverDefinition {
  return definition as unknown as DriverDefinition;
}
