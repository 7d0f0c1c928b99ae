import { stampOf } from '../../frame/index.ts';
import { counting, greeted, type DeviceBench } from './fuzz.ts';

/** How fast a decoder is. */
export interface DecodeFigures {
  readonly driver: string;
  /** Device time over the time that decoding it takes, on one core. */
  readonly timesDeviceRate: number;
  readonly framesPerSecond: number;
}

/** Device time that is decoded, s, as it would come: ten ms at a time. */
const SECONDS = 20;
const STEP = 0.01;

/** Decodes some seconds of what a device says. */
export function benchDecoder({ driver, emulator, config }: DeviceBench): DecodeFigures {
  let frames = 0;
  const device = emulator.create(1);
  const session = greeted(
    driver.session(
      config,
      counting(() => (frames += 1)),
      emulator.found,
    ),
    device.told,
  );
  // Answers depend on questions: what the device says is made first, with the session listening, and timed the second time.
  const chunks: Uint8Array[] = [];
  const write = (bytes: Uint8Array): void => device.told?.(bytes);
  for (let at = STEP; at <= SECONDS; at += STEP) {
    const chunk = device.until(at);
    if (chunk.length > 0) chunks.push(chunk);
    session.bytes(chunk);
    session.tick?.(stampOf(Math.round(at * 1e9)), write);
  }
  const again = driver.session(
    config,
    counting(() => undefined),
    emulator.found,
  );
  again.opened?.(() => undefined);
  const started = performance.now();
  for (const chunk of chunks) again.bytes(chunk);
  const took = (performance.now() - started) / 1000;
  return { driver: driver.type, timesDeviceRate: SECONDS / took, framesPerSecond: frames / SECONDS };
}
