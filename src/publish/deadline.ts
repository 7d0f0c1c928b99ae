/** Waits for `work`, but no longer than `ms` milliseconds; a failure of `work` counts as done. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), deadline]);
  clearTimeout(timer);
}
