import type { Notifier } from './notify.ts';

/**
 * The watchdog's decision: it is fed only when sensor inputs have come since the last time. A daemon that runs and hears
 * nothing is as good as hung, and opening everything again is the best that can be tried.
 * @param frames frames admitted so far
 */
export function createFeeding(frames: () => number): () => boolean {
  let before = 0;
  return () => {
    const advanced = frames() > before;
    before = frames();
    return advanced;
  };
}

/**
 * Feeds systemd's watchdog at half its period, while inputs advance.
 * @param status one line for `systemctl status`
 * @returns stops it
 */
export function startWatchdog(notifier: Notifier, frames: () => number, status: () => string): () => void {
  if (notifier.watchdogMs === undefined) return () => undefined;
  const isFed = createFeeding(frames);
  const timer = setInterval(() => {
    if (isFed()) notifier.send('WATCHDOG=1', `STATUS=${status()}`);
    else notifier.send(`STATUS=no input: ${status()}`);
  }, notifier.watchdogMs);
  return () => clearInterval(timer);
}
