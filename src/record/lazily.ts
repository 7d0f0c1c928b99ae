/** Makes a reader when its first message comes: most topics of a log are never read. */
export function lazily(make: () => (data: Uint8Array) => unknown): (data: Uint8Array) => unknown {
  let read: ((data: Uint8Array) => unknown) | undefined;
  return (data) => (read ??= make())(data);
}
