import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: fixed for all that Linux runs Node on. */
const TICKS = 100;

/** Processor time of a process and of its children but one, s: those that have ended are not counted. */
export function processorSeconds(pid: number, but: number | undefined): number {
  let seconds = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields === undefined || Number(name) === but) continue;
    if (Number(name) === pid || Number(fields[1]) === pid) seconds += (Number(fields[11]) + Number(fields[12])) / TICKS;
  }
  return seconds;
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
