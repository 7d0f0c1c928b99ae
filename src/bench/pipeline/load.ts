import { Socket } from 'node:net';
import {
  CLOUD,
  FIRST_FD,
  LENGTHS,
  periodOf,
  ratesOf,
  STAMP_BYTES,
  STREAMS,
  unixNow,
  type LoadPlan,
  type LoadStream,
} from './plan.ts';

/*
 * The load of `sensorium bench pipeline`: a process that stands in for the sensors. It writes frames, each stamped right
 * before it is written, to one pipe a stream, at their real rates, until its standard input ends; then it says how many.
 */

const plan = JSON.parse(process.argv[2]) as LoadPlan;
const rates = ratesOf(plan);
/** Payloads that are sent in turn: noise, so that nothing is cheaper than in earnest. */
const VARIANTS = 4;
/** What a device buffers when nobody reads it, beside what the pipe itself holds: frames, but at least so many bytes. */
const BUFFERED = { frames: 2, bytes: 65_536 } as const;

interface Line {
  readonly stream: LoadStream;
  readonly pipe: Socket;
  readonly payloads: readonly Buffer[];
  readonly period: number;
  next: number;
  sent: number;
  /** Frames that the pipe had no room for. */
  skipped: number;
}

const started = performance.now() * 1e6;
const lines = STREAMS.map((stream, i): Line => {
  const pipe = new Socket({ fd: FIRST_FD + i, readable: false, writable: true });
  pipe.on('error', () => process.exit(0));
  const payloads = Array.from({ length: VARIANTS }, (_, variant) => payloadOf(stream, variant));
  return { stream, pipe, payloads, period: periodOf(rates[stream]), next: started, sent: 0, skipped: 0 };
});

const timer = setInterval(() => {
  const now = performance.now() * 1e6;
  for (const line of lines) {
    while (line.next <= now) {
      line.next += line.period;
      send(line);
    }
  }
}, 1);

process.stdin.on('end', () => {
  clearInterval(timer);
  const counts = (of: (line: Line) => number) => Object.fromEntries(lines.map((line) => [line.stream, of(line)]));
  process.send?.({ sent: counts(({ sent }) => sent), skipped: counts(({ skipped }) => skipped) }, () => {
    for (const { pipe } of lines) pipe.end();
    process.disconnect();
  });
});
process.stdin.resume();

/** A device has no patience: what cannot be written is gone, and counted. */
function send(line: Line): void {
  const { pipe, payloads, stream } = line;
  if (pipe.writableLength > Math.max(BUFFERED.bytes, BUFFERED.frames * LENGTHS[stream])) {
    line.skipped += 1;
    return;
  }
  const stamp = Buffer.alloc(STAMP_BYTES);
  stamp.writeBigUInt64LE(unixNow(plan));
  pipe.write(stamp);
  pipe.write(payloads[line.sent % VARIANTS]);
  line.sent += 1;
}

function payloadOf(stream: LoadStream, variant: number): Buffer {
  const bytes = Buffer.alloc(LENGTHS[stream]);
  let state = variant + 1;
  const noise = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  switch (stream) {
    case 'camera':
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = 256 * noise();
      break;
    case 'lidar':
      for (let i = 0; i < bytes.length; i += CLOUD.stride / 4) bytes.writeFloatLE(20 * (noise() - 0.5), i);
      break;
    case 'microphones':
      for (let i = 0; i < bytes.length; i += 2) bytes.writeInt16LE(Math.round(2000 * (noise() - 0.5)), i);
      break;
    case 'imu':
      // Angular velocity, then specific force, at rest.
      for (let i = 0; i < 3; i += 1) bytes.writeDoubleLE(1e-3 * (noise() - 0.5), 8 * i);
      for (let i = 3; i < 6; i += 1) bytes.writeDoubleLE((i === 5 ? 9.81 : 0) + 0.02 * (noise() - 0.5), 8 * i);
      break;
    case 'wheels':
      bytes.writeDoubleLE(1e-4 * (noise() - 0.5), 0);
  }
  return bytes;
}
