/** Does work that Ctrl-C calls off. */
export async function interruptible<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    return await act(stop.signal);
  } finally {
    process.off('SIGINT', interrupted);
  }
}
