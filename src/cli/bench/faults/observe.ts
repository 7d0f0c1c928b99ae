import { SILENT, type Log } from '../../../daemon/index.ts';
import { decode, subscribe, type MessageTypes } from '../../../publish/index.ts';

/** What a subscriber hears and what the daemon logs, each with its time: ms of this process's clock. */
export interface Observation {
  /** Belongs into the daemon. */
  readonly log: Log;
  readonly poses: readonly number[];
  /** What models found. */
  readonly answers: readonly number[];
  /** Faults by the reason that the daemon gives them. */
  readonly named: readonly { readonly at: number; readonly reason: string }[];
  /** The worker's counters, as `diag/host` told them last. */
  readonly models: () => MessageTypes['HostDiagnostics']['models'];
  /** Begins to listen. */
  listen(address: string): Promise<{ close(): Promise<void> }>;
}

/** Makes an observation. */
export function createObservation(): Observation {
  const poses: number[] = [];
  const answers: number[] = [];
  const named: { at: number; reason: string }[] = [];
  let models: MessageTypes['HostDiagnostics']['models'];
  return {
    log: {
      ...SILENT,
      error(facts) {
        if ('reason' in facts) named.push({ at: performance.now(), reason: String(facts.reason) });
      },
    },
    poses,
    answers,
    named,
    models: () => models,
    listen: (address) =>
      subscribe(address, ['+/+/pose', '+/+/detections/#', '+/+/sounds/#', '+/+/diag/host'], {
        heard({ topic, payload }) {
          if (topic.endsWith('/pose')) poses.push(performance.now());
          else if (topic.endsWith('/diag/host')) models = decode(payload, 'HostDiagnostics').models;
          else answers.push(performance.now());
        },
        lost: () => undefined,
      }),
  };
}
