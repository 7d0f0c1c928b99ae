/** Shows how far long work has come: on a terminal one line that is rewritten, elsewhere nothing. */
export interface Progress {
  /** @param share 0..1; @param note what else to say */
  show(share: number, note: string): void;
  clear(): void;
}

/** Between two looks, ms. */
const EVERY_MS = 250;

/** Makes a progress line on standard error. */
export function createProgress(err: (text: string) => void): Progress {
  const shown = process.stderr.isTTY;
  const started = performance.now();
  let last = -Infinity;
  return {
    show(share, note) {
      const now = performance.now();
      if (!shown || now - last < EVERY_MS) return;
      last = now;
      const left = share > 0.01 ? `, ${(((now - started) / 1000) * (1 / share - 1)).toFixed(0)} s left` : '';
      err(`\r\u001b[K${(100 * share).toFixed(0)} %  ${note}${left}`);
    },
    clear() {
      if (shown) err('\r\u001b[K');
    },
  };
}
