import { counting, sayings, type DeviceBench } from './fuzz.ts';

/** How fast a decoder is. */
export interface DecodeFigures {
  readonly driver: string;
  /** Device time over the time that decoding it takes, on one core. */
  readonly timesDeviceRate: number;
  readonly framesPerSecond: number;
}

/** Device time that is decoded, s. */
const SECONDS = 20;

/** Decodes some seconds of what a device says. */
export function benchDecoder(device: DeviceBench): DecodeFigures {
  const { name, driver, config } = device;
  // Answers depend on questions: what the device says is made first, with a session that listens, and timed the second time.
  const chunks = sayings(device, 1, SECONDS);
  let frames = 0;
  const session = driver.session(
    config,
    counting(() => (frames += 1)),
    device.emulator.found,
  );
  session.opened?.(() => undefined);
  const started = performance.now();
  for (const chunk of chunks) session.bytes(...chunk);
  const took = (performance.now() - started) / 1000;
  return { driver: name, timesDeviceRate: SECONDS / took, framesPerSecond: frames / SECONDS };
}
