import { defineDriver, integerIn, SensoriumError, text, type DriverDefinition } from '../../../src/contract/index.ts';
import { stampOf, unixFromStamp } from '../../../src/frame/index.ts';

interface MetronomeConfig {
  readonly periodMs: number;
  readonly failures: number;
  readonly code: string;
}

/** Openings of the metronome of each name so far. */
export type Openings = Map<string, { attempts: number; open: number }>;

/** A driver of the smallest kind: one IMU at rest that beats time; it can be told to fail at first. */
export function metronomeDriver(openings: Openings = new Map()): DriverDefinition {
  return defineDriver<MetronomeConfig>({
    type: 'metronome',
    summary: 'an IMU at rest',
    schema: {
      periodMs: { doc: 'ms between frames.', format: integerIn(1, 1000), default: 5 },
      failures: { doc: 'Attempts to open it that fail.', format: integerIn(0, 1000), default: 0 },
      code: { doc: 'Code of those failures.', format: text(), default: 'E_DRIVER' },
    },
    create(name, { periodMs, failures, code }) {
      let timer: NodeJS.Timeout | undefined;
      const known = openings.get(name) ?? { attempts: 0, open: 0 };
      openings.set(name, known);
      const id = name;
      const frameId = `${name}_link`;
      return {
        streams: [
          { id, kind: 'imu', frameId, clock: { domain: 'unix' }, nominalRate: 1000 / periodMs, role: 'sensor' },
        ],
        start({ now, epoch, admit }) {
          known.attempts += 1;
          if (known.attempts <= failures) {
            return Promise.reject(new SensoriumError(code as 'E_DRIVER', 'nobody there', { path: name }));
          }
          known.open += 1;
          timer = setInterval(() => {
            const received = now();
            admit({
              kind: 'frame',
              arrival: {
                stream: id,
                frameId,
                device: unixFromStamp(epoch, stampOf(received)),
                received,
                measurement: { kind: 'imu', angularVelocity: [0, 0, 0], linearAcceleration: [0, 0, 9.8] },
              },
            });
          }, periodMs);
          return Promise.resolve();
        },
        close() {
          if (timer !== undefined) known.open -= 1;
          clearInterval(timer);
          timer = undefined;
          return Promise.resolve();
        },
      };
    },
  });
}
