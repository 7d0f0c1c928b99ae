import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * Where a program is: a path as it is written, a name in the first folder that has it; `undefined` where there is none. Looking for it costs
 * nothing; starting what is not there stops this process all the same, for as long as it takes to fork.
 */
export async function programAt(command: string, path = process.env['PATH'] ?? ''): Promise<string | undefined> {
  const places = command.includes('/') ? [command] : path.split(delimiter).map((folder) => join(folder, command));
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return undefined;
}
