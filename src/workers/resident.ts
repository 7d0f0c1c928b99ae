import { readFileSync } from 'node:fs';

/** What the process has of the memory: Buffers and what native code holds are part of it, which no limit on the heap sees. */
export function residentBytes(pid: number | undefined): number {
  try {
    // Not `statm`, which counts pages: they are 16 KiB on a Raspberry Pi 5.
    const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
