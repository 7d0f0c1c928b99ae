import { drivers } from '../../../drivers/index.ts';
import { VIRTUAL_EPOCH } from '../../../src/cli/simulate.ts';
import { readConfig, type Section } from '../../../src/config/index.ts';
import type { EffectOutcome, EffectRequest, Input } from '../../../src/contract/index.ts';
import {
  NS_PER_MS,
  stampOf,
  type Lease,
  type Measurement,
  type Stamp,
  type StreamDescriptor,
} from '../../../src/frame/index.ts';
import { createSequencer } from '../../../src/pipeline/index.ts';
import { decode, type MessageTypes, type SchemaName } from '../../../src/publish/index.ts';
import { pipelineOf, prepareStreams } from '../../../src/replay/index.ts';

/** A robot that is asked: models and memory answer when they are told to, and time passes when it is told to. */
export function askedRobot(streams: readonly StreamDescriptor[], config: Section) {
  const requests: EffectRequest[] = [];
  const taken = new Map<string, (payload: Uint8Array) => void>();
  const recorded: Input[] = [];
  const preparation = prepareStreams(streams, readConfig(config, drivers), VIRTUAL_EPOCH);
  const pipeline = pipelineOf(preparation, ({ schema, payload }) => taken.get(schema)?.(payload), {
    request: (request) => requests.push(request),
  });
  const sequencer = createSequencer({ tap: (input) => recorded.push(input), step: (input) => pipeline.step(input) });
  let ms = 0;
  const now = (): Stamp => stampOf(ms * NS_PER_MS);
  const tick = (): void => sequencer.admit({ kind: 'tick', at: now() });
  const outcome = (id: string, its: EffectOutcome): void =>
    sequencer.admit({ kind: 'effect', at: now(), id, outcome: its });
  return {
    requests,
    now,
    /** Messages of a schema from now on. */
    sent: <Name extends SchemaName>(schema: Name): MessageTypes[Name][] => {
      const messages: MessageTypes[Name][] = [];
      taken.set(schema, (payload) => messages.push(decode(payload, schema)));
      return messages;
    },
    advance: (byMs: number): number => (ms += byMs),
    tick,
    /** Time passes, and is told by one tick. */
    pass: (forMs: number): void => {
      ms += forMs;
      tick();
    },
    measure: (stream: string, measurement: Measurement, lease?: Lease): void => {
      const { frameId } = streams.find(({ id }) => id === stream) as StreamDescriptor;
      const arrival = { stream, frameId, device: undefined, received: now(), measurement };
      sequencer.admit({ kind: 'frame', arrival: { ...arrival, ...(lease && { lease }) } });
    },
    command: (verb: string, args: object = {}): void =>
      sequencer.admit({ kind: 'command', at: now(), command: { verb, args: { ...args } } }),
    outcome,
    /** Answers the latest request of a task. */
    answer: (task: EffectRequest['task'], output: unknown): void =>
      outcome(requests.filter((one) => one.task === task).at(-1)?.id ?? '', { status: 'done', output }),
    digest: (): string => pipeline.digest(),
    /** Digest of what was recorded, replayed without models and memory. */
    replayed: (): string => {
      const again = pipelineOf(preparation, () => undefined);
      for (const input of recorded) again.step(input);
      return again.digest();
    },
  };
}
