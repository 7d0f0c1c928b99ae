import { execFile } from 'node:child_process';
import type { Log } from './log.ts';

/** Tells systemd how the service fares (sd_notify(3)). Without a NOTIFY_SOCKET it does nothing. */
export interface Notifier {
  /** Half of the time after which systemd takes us for hung, ms; `undefined` when nobody watches. */
  readonly watchdogMs: number | undefined;
  /** Sends assignments such as `READY=1`, `STATUS=…`; they arrive in order. */
  send(...assignments: readonly string[]): void;
  /** Resolves when everything so far was sent, or could not be. */
  settled(): Promise<void>;
}

/** Messages that wait for a `systemd-notify` that hangs; further ones are dropped: a watchdog's next one says the same. */
const MOST_WAITING = 16;
const SEND_TIMEOUT_MS = 5000;

/**
 * Makes a notifier. It runs the program `systemd-notify`, since Node has no datagram sockets in the file system; the
 * unit therefore needs `NotifyAccess=all`.
 * @param env as systemd sets it: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID
 */
export function createNotifier(env: NodeJS.ProcessEnv, log: Log): Notifier {
  const listening = env['NOTIFY_SOCKET'] !== undefined && env['NOTIFY_SOCKET'] !== '';
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  let complained = false;

  function notify(assignments: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      execFile('systemd-notify', assignments, { env, timeout: SEND_TIMEOUT_MS }, (error) => {
        if (error !== null && !complained) {
          complained = true;
          log.warn({ error: error.message.split('\n')[0] }, 'systemd could not be notified');
        }
        resolve();
      });
    });
  }

  return {
    watchdogMs: listening ? watchdogOf(env) : undefined,
    send(...assignments) {
      if (!listening || waiting >= MOST_WAITING) return;
      waiting += 1;
      last = last.then(() => notify(assignments)).then(() => void (waiting -= 1));
    },
    settled: () => last,
  };
}

function watchdogOf(env: NodeJS.ProcessEnv): number | undefined {
  const period = Number(env['WATCHDOG_USEC']);
  const whose = env['WATCHDOG_PID'];
  if (whose !== undefined && whose !== '' && whose !== String(process.pid)) return undefined;
  return period > 0 ? period / 2000 : undefined;
}
