import type { Stamp } from '../frame/index.ts';

/** A message on its way out, encoded once for all publishers and for the digest. */
export interface Publication {
  /** Without prefix and robot: `pose`, `sensors/imu`, … Topics under `diag/host` depend on the host. */
  readonly topic: string;
  /** Name of the message's schema, for instance `Pose`. */
  readonly schema: string;
  readonly stamp: Stamp;
  /** Number of this message on its topic: 1, 2, 3, … */
  readonly sequence: number;
  /** Canonical JSON, UTF-8. */
  readonly payload: Uint8Array;
  /**
   * What is too much for JSON; what it is stands in the payload. Of one that is for `large`, memory that is used again: who keeps it
   * beyond the call copies it.
   */
  readonly attachment?: Uint8Array;
  /** Name of the one publisher that it is for; unset: for all. */
  readonly only?: string;
}

/** What a publisher has done so far. */
export interface PublisherCounters {
  readonly sent: number;
  /** Given up, by reason code. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued: number;
  readonly connected: boolean;
}

/**
 * A way out. {@link publish} never blocks and never throws: what cannot be sent waits in a bounded queue or is dropped
 * and counted.
 */
export interface Publisher {
  readonly name: string;
  /** Where to subscribe, for people: `mqtt://127.0.0.1:1883/sensorium/robot/#`. */
  readonly address: string;
  /** @throws SensoriumError E_PORT_IN_USE, E_CONNECT */
  start(signal: AbortSignal): Promise<void>;
  publish(publication: Publication): void;
  counters(): PublisherCounters;
  /** Sends what is queued, as far as the deadline allows, then leaves. Idempotent. */
  close(): Promise<void>;
}

/** Hands a message to those that it is for. */
export function publishTo(publishers: readonly Publisher[], publication: Publication): void {
  const { only } = publication;
  for (const publisher of publishers) if (only === undefined || only === publisher.name) publisher.publish(publication);
}
