import type { DriverHost, InputBody } from '../../../src/contract/index.ts';
import { stampOf, type Arrival } from '../../../src/frame/index.ts';
import { createPayloadPool } from '../../../src/memory/index.ts';

/** An input, and the host's time when it was admitted. */
export interface Admitted {
  readonly body: InputBody;
  readonly at: number;
}

/** A host that keeps what it is given. */
export interface TestHost extends DriverHost {
  readonly admitted: readonly Admitted[];
  readonly frames: () => Arrival[];
  /** Resolves when the condition holds: asked now and after every input. */
  readonly until: (condition: () => boolean) => Promise<void>;
}

/** Options of {@link createHost}. */
export interface HostOptions {
  /** The consumer's work on an input. */
  readonly onInput?: (body: InputBody) => void;
  /** The clock, ns; unset: the machine's. */
  readonly clock?: () => number;
}

/** Makes a host whose time begins at one second. */
export function createHost({ onInput, clock = machineClock() }: HostOptions = {}): TestHost {
  const admitted: Admitted[] = [];
  const waiting: (() => void)[] = [];
  const now = () => stampOf(clock());
  const { take } = createPayloadPool({ bytes: 2 ** 30 });
  return {
    now,
    payload: take,
    epoch: 1_700_000_000_000_000_000n,
    admitted,
    admit(body) {
      admitted.push({ body, at: now() });
      onInput?.(body);
      waiting.forEach((check) => check());
    },
    frames: () => admitted.flatMap(({ body }) => (body.kind === 'frame' ? [body.arrival] : [])),
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (condition()) resolve();
        };
        waiting.push(check);
        check();
      }),
  };
}

function machineClock(): () => number {
  const start = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - start) + 1e9;
}
