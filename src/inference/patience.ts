/** Calls off what brings nothing for too long. */
export interface Patience {
  /** For what is waited for; called off with an error that says how long it was silent. */
  readonly signal: AbortSignal;
  /** Something has come. */
  readonly renew: () => void;
  /** Calls off whatever is still under way. */
  readonly end: () => void;
}

/** Begins to wait. @param ms that may pass between two calls of `renew` */
export function patienceOf(ms: number): Patience {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const renew = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(new Error(`silent for ${ms} ms`)), ms);
  };
  renew();
  return {
    signal: stop.signal,
    renew,
    end() {
      clearTimeout(timer);
      stop.abort();
    },
  };
}

/** What stands behind an error of `fetch`, which by itself says only that it failed. */
export function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}
