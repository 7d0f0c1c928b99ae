/** Waits for what is still to be said, at most so many ms: who hangs is not waited for. */
export async function atMost(ms: number, said: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([said, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
