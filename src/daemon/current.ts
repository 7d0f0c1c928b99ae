/**
 * Keeps one model open at a time: when another one is wanted, the one before gives its memory back first.
 * @returns the model of a name, opened where it is not the one that is open
 */
export function createCurrent<Its extends { close(): Promise<void> }>(
  open: (model: string) => Promise<Its>,
): (model: string) => Promise<Its> {
  let current: { readonly model: string; readonly its: Its } | undefined;
  return async (model) => {
    if (current?.model === model) return current.its;
    const before = current?.its;
    current = undefined;
    await before?.close();
    const its = await open(model);
    current = { model, its };
    return its;
  };
}
