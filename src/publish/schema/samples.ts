import type { Publication } from '../../contract/index.ts';
import { stampOf, type AlignedSet, type Frame, type InputNumber, type Stamp } from '../../frame/index.ts';
import { publication } from '../encode.ts';
import { clocksMessage, type StreamClockReport } from '../message/clocks.ts';
import { decisionMessage, headsMessage } from '../message/decisions.ts';
import { delaysMessage } from '../message/delays.ts';
import { detectionsMessage } from '../message/detections.ts';
import { timeAt, type Origin } from '../message/common.ts';
import { orientationMessage, poseMessage, transformsMessage } from '../message/geometry.ts';
import { attachmentOf, measurementMessage, type PublishedFrame } from '../message/measurement.ts';
import { perceptionMessage } from '../message/perception.ts';
import { alignedSetMessage, diagnosticsMessage, hostMessage, robotMessage, sensorMessage } from '../message/reports.ts';
import { sheddingMessage } from '../message/shedding.ts';
import { sensorTopic } from '../topics.ts';
import { recallSamples } from './recall-samples.ts';
import { soundSamples } from './sound-samples.ts';

const toTime = timeAt(1_750_000_000_250_000_000n);
const at = (seconds: number): Stamp => stampOf(Math.round(seconds * 1e9));
const inputs = (...numbers: number[]) => numbers.map((number) => number as InputNumber);
const origin = (...numbers: number[]): Origin => ({
  inputs: inputs(...numbers),
  configuration: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  calibration: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  absent: [],
});
const diagonal = (rows: number, values: readonly number[]) =>
  Float64Array.from({ length: rows * rows }, (_, i) => (i % (rows + 1) === 0 ? (values[i / (rows + 1)] ?? 0) : 0));

/** One message of every kind, made by the builders: shown in the documentation, checked against the schemas. */
export function samples(): readonly Publication[] {
  return [
    pose('pose', 'odom'),
    pose('pose/map', 'map'),
    orientation(),
    transforms(),
    sensor(),
    alignedSet(),
    measurement(),
    detections(),
    shedding(),
    ...soundSamples(toTime, origin(4400, 4431, 4462)),
    decision(),
    ...recallSamples(toTime, origin(4711)),
    diagnostics(),
    clocks(),
    delays(),
    perception(),
    heads(),
    host(),
    robot(),
  ];
}

function pose(topic: string, frameId: string): Publication {
  const stamp = at(12.34);
  const message = poseMessage(toTime, {
    stamp,
    frameId,
    childFrameId: 'base_link',
    pose: {
      position: [1.25, -0.5, 0],
      orientation: [0.8, 0, 0, 0.6],
      covariance: diagonal(6, [0.01, 0.01, 0.0001, 0.0004, 0.0004, 0.0025]),
    },
    twist: { linear: [0.5, 0, 0], angular: [0, 0, 0.25] },
    validity: 'valid',
    faults: [{ source: 'fix', fault: 'silent', since: at(11.25) }],
    innovations: { imu: 0.5, odometry: 1.25 },
    origin: { ...origin(4711, 4712), ages: [0.01, 0.002], absent: ['gnss'] },
  });
  return publication(topic, 'Pose', stamp, 617, message);
}

function orientation(): Publication {
  const stamp = at(12.34);
  const message = orientationMessage(toTime, {
    stamp,
    frameId: 'odom',
    childFrameId: 'base_link',
    orientation: [0.8, 0, 0, 0.6],
    covariance: diagonal(3, [0.0004, 0.0004, 0.0025]),
    angularVelocity: [0, 0, 0.25],
    validity: 'degraded',
    validityReason: 'the magnetic field is disturbed',
    origin: { ...origin(4712), ages: [0.002] },
  });
  return publication('orientation', 'Orientation', stamp, 617, message);
}

function transforms(): Publication {
  const stamp = at(12.3);
  const list = [
    {
      stamp,
      parentFrameId: 'odom',
      childFrameId: 'base_link',
      translation: [1.25, -0.5, 0],
      rotation: [0.8, 0, 0, 0.6],
    },
    { stamp, parentFrameId: 'base_link', childFrameId: 'imu', translation: [0, 0, 0.1], rotation: [1, 0, 0, 0] },
  ] as const;
  return publication('tf', 'FrameTransforms', stamp, 123, transformsMessage(toTime, stamp, list, origin(4711, 4712)));
}

function sensor(): Publication {
  const stamp = at(12);
  const message = sensorMessage(toTime, {
    stamp,
    stream: '/imu/data',
    kind: 'imu',
    frameId: 'imu',
    state: 'degraded',
    since: at(11.5),
    why: '3 frames lost before they were read',
    rate: 198.5,
    age: 0.004,
    received: 2391,
    used: 2388,
    held: 1,
    dropped: { late: 2 },
    lost: { 'channel-loss': 3 },
    incidents: { stale: 1 },
    clock: 'counter',
    origin: origin(4698),
  });
  return publication(sensorTopic('/imu/data'), 'SensorState', stamp, 12, message);
}

function alignedSet(): Publication {
  const scan = frame('scan', 4700, 12.2);
  const set: AlignedSet = {
    number: 122,
    stamp: scan.stamp,
    completed: at(12.32),
    members: [
      { how: 'nearest', stream: 'scan', frame: scan, offset: 0, deviation: 0.0004 },
      {
        how: 'interpolated',
        stream: 'wheels',
        before: frame('wheels', 4695, 12.19),
        after: frame('wheels', 4702, 12.21),
        fraction: 0.5,
        deviation: 0.0002,
      },
      {
        how: 'window',
        stream: 'imu',
        frames: [frame('imu', 4690, 12.19), frame('imu', 4699, 12.195)],
        deviation: 0.0003,
      },
    ],
    spread: 0,
    missing: [{ stream: 'camera', reason: 'out of tolerance', nearest: 0.062 }],
    waitedFor: { stream: 'wheels', seconds: 0.011 },
  };
  const message = alignedSetMessage(
    toTime,
    set,
    { policy: 'pivot', pivot: 'scan' },
    origin(4700, 4695, 4702, 4690, 4699),
  );
  return publication('sets', 'AlignedSetReport', set.stamp, 122, message);
}

function frame(stream: string, input: number, seconds: number): Frame {
  const measurement = { kind: 'magneticField', field: [0, 0, 0] } as const;
  const stamp = at(seconds);
  return {
    input: input as InputNumber,
    stream,
    frameId: stream,
    stamp,
    deviation: 0.0003,
    received: stamp,
    measurement,
  };
}

function diagnostics(): Publication {
  const stamp = at(12);
  const message = diagnosticsMessage(toTime, {
    stamp,
    inputs: 4700,
    sets: 121,
    publications: 1402,
    sensors: [
      { stream: 'imu', state: 'ok', since: at(1) },
      { stream: 'scan', state: 'degraded', since: at(9), why: 'no returns' },
    ],
    dropped: { clock: { 'no time': 1 }, align: { 'queue full': 2 }, fusion: {} },
    origin: origin(4700),
  });
  return publication('diag', 'Diagnostics', stamp, 12, message);
}

function clocks(): Publication {
  const stamp = at(12);
  const none = { backward: 0, missing: 0, wraps: 0, refused: {}, events: {} };
  const reports: readonly StreamClockReport[] = [
    {
      ...none,
      stream: 'imu',
      basis: 'estimate',
      rate: 200.012,
      driftPpm: 23.4,
      latency: { p50: 0.00035, p99: 0.0023 },
      deviation: 0.00006,
      stamped: 2391,
      gaps: 1,
      wraps: 1,
      refused: { duplicate: 2, 'past stamp': 1 },
      events: { 'device restart': 1 },
    },
    {
      ...none,
      stream: 'sonar',
      basis: 'rebuilt',
      rate: 19.998,
      driftPpm: undefined,
      latency: { p50: 0.21, p99: 0.66 },
      deviation: 0.0011,
      stamped: 238,
      gaps: 14,
      missing: 2,
    },
  ];
  return publication('diag/clocks', 'ClockDiagnostics', stamp, 12, clocksMessage(toTime, stamp, reports, origin()));
}

function delays(): Publication {
  const stamp = at(30);
  const reports = [
    { of: 'fix', against: 'wheels', by: 'position', ms: 112, low: 75, high: 149 },
    { of: 'fix_velocity', against: 'imu', by: 'course', ms: null, low: null, high: null, why: 'no excitation' },
  ];
  return publication('diag/delays', 'DelayDiagnostics', stamp, 1, delaysMessage(toTime, stamp, reports, origin()));
}

function shedding(): Publication {
  const stamp = at(31.5);
  const pressure = { busy: 0.972, recording: 0.04, memory: 0.31, models: { backlog: 2, credit: 3 } };
  const report = { stamp, shed: ['models', 'image'], why: 'busy', pressure, origin: origin() } as const;
  return publication('shedding', 'Shedding', stamp, 2, sheddingMessage(toTime, report));
}

function measurement(): Publication {
  const sample: PublishedFrame = {
    input: 4712 as InputNumber,
    stream: 'wheels',
    frameId: 'odom',
    stamp: at(12.338),
    deviation: 0.0003,
    received: at(12.34),
    measurement: {
      kind: 'odometry',
      childFrameId: 'base_link',
      twist: { linear: [0.5, 0, 0], angular: [0, 0, 0.25] },
    },
  };
  const message = measurementMessage(toTime, sample, origin(4712));
  const attachment = attachmentOf(sample.measurement);
  return publication('measurements/wheels', 'Measurement', sample.stamp, 617, message, { attachment });
}

function decision(): Publication {
  const end = at(12);
  const plugged = { unplugged: false, contribution: 0.412 };
  const message = decisionMessage(toTime, {
    head: 'happening',
    model: 'happening',
    modelHash: '3f0c6a58bd2b7ab0d16a3a4a5a5d5a9a5e0cb8d1e7f83ff0a4c5a0a5f55d0d11',
    start: at(11),
    end,
    label: 'approach',
    confidence: 0.71,
    probabilities: [
      { label: 'approach', probability: 0.71 },
      { label: 'nothing', probability: 0.29 },
    ],
    uncertainty: 0.44,
    modalities: [
      {
        ...plugged,
        stream: 'scan',
        present: 1,
        inputs: { first: 4412 as InputNumber, last: 4698 as InputNumber, count: 10 },
      },
      { stream: 'microphones', present: 0, unplugged: true, contribution: 0, inputs: undefined },
    ],
    origin: { ...origin(4698), absent: ['microphones'] },
  });
  return publication('decisions/happening', 'Decision', end, 24, message);
}

function heads(): Publication {
  const stamp = at(12);
  const counts = { asked: 24, answered: 24, passedOver: 0, empty: 0, late: { scan: 1, microphones: 0 }, failed: {} };
  const report = { stamp, heads: [{ head: 'happening', model: 'happening', ...counts }], unplugged: ['microphones'] };
  return publication('diag/heads', 'HeadDiagnostics', stamp, 12, headsMessage(toTime, { ...report, origin: origin() }));
}

function detections(): Publication {
  const report = {
    stamp: at(12.3),
    frameId: 'camera_optical',
    stream: 'camera',
    model: 'fastestdet',
    modelHash: '31cb14c017fc',
    detections: [{ label: 'person', score: 0.87, box: [101.5, 40, 170.25, 231] as const }],
    origin: { ...origin(4711), ages: [0.14] },
  };
  return publication('detections/camera', 'Detections', report.stamp, 12, detectionsMessage(toTime, report));
}

function perception(): Publication {
  const stamp = at(12);
  const message = perceptionMessage(toTime, {
    stamp,
    detectors: [
      { stream: 'camera', model: 'fastestdet', asked: 60, answered: 58, passedOver: 3, failed: { deadline: 1 } },
    ],
    listeners: [
      { stream: 'microphones', model: 'yamnet', asked: 23, answered: 22, dropped: { gap: 1 }, failed: { died: 1 } },
    ],
    embedders: [],
    speech: undefined,
    memory: undefined,
    answers: { model: 'simulated-answers', asked: 4, answered: 4, failed: {} },
    orphans: 0,
    origin: origin(),
  });
  return publication('diag/perception', 'PerceptionDiagnostics', stamp, 12, message);
}

function host(): Publication {
  const stamp = at(12);
  const counters = { sent: 1402, queued: 0, connected: true, dropped: { 'queue full': 0 } };
  const message = hostMessage(toTime, {
    stamp,
    cpu: 0.21,
    memory: { rss: 93_000_000, heapUsed: 21_000_000, external: 3_000_000 },
    eventLoopDelay: { mean: 1_100_000, p99: 2_300_000, max: 9_000_000 },
    uptime: 13.1,
    publishers: [
      { name: 'mqtt', counters },
      { name: 'zeromq', counters },
    ],
    recording: {
      state: 'recording',
      file: 'drive.mcap',
      files: 1,
      bytes: 1_413_120,
      recorded: 4690,
      waiting: 10,
      lost: {},
    },
    models: { done: 80, failed: { died: 1 }, waiting: 0, running: 1, ready: 1, replaced: 1 },
    origin: origin(),
  });
  return publication('diag/host', 'HostDiagnostics', stamp, 12, message);
}

function robot(): Publication {
  const stamp = at(0);
  const message = robotMessage(toTime, {
    stamp,
    state: 'online',
    since: stamp,
    version: '0.1.0',
    boot: '2d4f9b8e-7c1a-4f0e-9d55-0a6b1c2d3e4f',
    origin: origin(),
  });
  return publication('state', 'RobotState', stamp, 1, message);
}
