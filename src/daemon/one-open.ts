/** What is open and can be closed. */
interface Closable {
  close(): Promise<void>;
}

/**
 * Opens models of one kind, one at a time: when another one is asked for, the one before gives its memory back first. A worker has one job at a time, so nobody
 * uses it then.
 * @param open opens one by its name
 * @returns the open one of this name
 */
export function oneOpen<Model extends Closable, How extends readonly unknown[]>(
  open: (name: string, ...how: How) => Promise<Model>,
): (name: string, ...how: How) => Promise<Model> {
  let current: { readonly name: string; readonly model: Model } | undefined;
  return async (name, ...how) => {
    if (current?.name === name) return current.model;
    const before = current?.model;
    current = undefined;
    await before?.close();
    const model = await open(name, ...how);
    current = { name, model };
    return model;
  };
}
