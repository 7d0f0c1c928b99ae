import { stampOf } from '../frame/index.ts';
import type { DeviceOutput } from './driver.ts';

/** An output for a session without a driver around it, of which only the frames are wanted. Its payloads have memory of their own. */
export function framesOnly(frame: DeviceOutput['frame']): DeviceOutput {
  const nothing = (): void => undefined;
  return {
    frame,
    dropped: nothing,
    trouble: nothing,
    alive: nothing,
    broken: nothing,
    payload: (bytes) => ({ data: new Uint8Array(bytes), retain: nothing, release: nothing }),
    received: () => stampOf(0),
  };
}
