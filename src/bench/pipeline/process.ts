import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: fixed for all that Linux runs Node on. */
const TICKS = 100;

/** Processor time of a process and of all that it started, but one, s: those that have ended are not counted. */
export function processorSeconds(pid: number, but: number | undefined): number {
  const all = new Map<number, { readonly parent: number; readonly seconds: number }>();
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (fields === undefined || Number(name) === but) continue;
    all.set(Number(name), {
      parent: Number(fields[1]),
      seconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    });
  }
  const isOurs = (its: number | undefined): boolean =>
    its !== undefined && (its === pid || isOurs(all.get(its)?.parent));
  return [...all].reduce((sum, [its, { seconds }]) => (isOurs(its) ? sum + seconds : sum), 0);
}

/** Processes that a process has started, by the name of their program. */
export function childrenOf(pid: number, program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(statOf(name)?.[1]) === pid && programOf(name) === program)
    .map(Number);
}

function programOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The fields after the name: state, parent, … (proc(5)). */
function statOf(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
