import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { Leaf, Publication, SchemaTree } from '../../../src/contract/index.ts';
import { stampOf, type InputNumber } from '../../../src/frame/index.ts';
import { poseMessage, publication, schema, timeAt } from '../../../src/publish/index.ts';
import type { Identity, PublishConfig } from '../../../src/publish/index.ts';

export const EPOCH = 1_750_000_000_000_000_000n;

/** The section `publish` with its defaults, but for what is given. */
export function configured(given: {
  mqtt?: Partial<PublishConfig['mqtt']>;
  zeromq?: Partial<PublishConfig['zeromq']>;
  queueSize?: number;
  prefix?: string;
}): PublishConfig {
  const standard = defaults(schema) as unknown as PublishConfig;
  return {
    ...standard,
    ...given,
    mqtt: { ...standard.mqtt, ...given.mqtt },
    zeromq: { ...standard.zeromq, ...given.zeromq },
  };
}

function defaults(tree: SchemaTree): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, part]) => [key, isLeaf(part) ? part.default : defaults(part)]),
  );
}

function isLeaf(part: Leaf | SchemaTree): part is Leaf {
  return typeof part['format'] === 'function';
}

/** A robot named `robot`; its clock moves by a second each time it is looked at. */
export function identity(changes: Partial<Identity> = {}): Identity {
  let now = 0;
  return {
    robot: 'robot',
    version: '0.1.0',
    boot: 'boot-1',
    epoch: EPOCH,
    now: () => stampOf((now += 1e9)),
    configuration: 'c'.repeat(64),
    calibration: 'd'.repeat(64),
    ...changes,
  };
}

/** Poses number `first`, `first + 1`, … as the pipeline would hand them over: 50 Hz along a curve. */
export function poses(count: number, first = 1): Publication[] {
  const toTime = timeAt(EPOCH);
  return Array.from({ length: count }, (_, index) => {
    const sequence = first + index;
    const stamp = stampOf(sequence * 20_000_000);
    const angle = sequence / 100;
    const message = poseMessage(toTime, {
      stamp,
      frameId: 'odom',
      childFrameId: 'base_link',
      pose: {
        position: [Math.cos(angle), Math.sin(angle), 0],
        orientation: [Math.cos(angle / 2), 0, 0, Math.sin(angle / 2)],
        covariance: Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 0.01 + angle / 7 : 0)),
      },
      validity: 'valid',
      faults: [],
      innovations: {},
      origin: {
        inputs: [sequence as InputNumber],
        configuration: 'c'.repeat(64),
        calibration: 'd'.repeat(64),
        absent: [],
      },
    });
    return publication('pose', 'Pose', stamp, sequence, message);
  });
}

export const textOf = (payload: Uint8Array): string => Buffer.from(payload).toString();

/**
 * A port that nothing listened on a moment ago, and none after it that a publisher takes besides. They lie below those that the system
 * gives to whoever connects or asks for any port (from 32768 on): no connection of another test takes one meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const isFree = await Promise.all([port, port + 1, port + 2].map(listens));
    if (isFree.every(Boolean)) return port;
  }
}

/** Whether a server can listen there; it does not go on doing so. */
function listens(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
