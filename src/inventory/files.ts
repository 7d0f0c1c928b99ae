import { access, constants, readdir, readFile, readlink } from 'node:fs/promises';

/** Names in a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** Text of a small file without the spaces around it; `undefined` where it cannot be read. */
export async function textOf(path: string): Promise<string | undefined> {
  return (await readFile(path, 'utf8').catch(() => undefined))?.trim();
}

/** Where a link leads, as it is written; `undefined` where there is none. */
export async function targetOf(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}

/** Whether this user may read and write there; `undefined` where there is nothing. */
export async function isOpenable(path: string): Promise<boolean | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : false;
  }
}
