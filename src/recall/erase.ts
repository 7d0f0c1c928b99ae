import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const ZEROS = new Uint8Array(65_536);

/**
 * Deletes a file after zeros have been written over it: nothing of it can be read from the disk's sectors, as far as the file system
 * writes where the file was (ext4 does, one that copies on write does not).
 */
export function eraseFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    unlinkSync(path);
    overwrite(file);
  } finally {
    closeSync(file);
  }
}

/** Puts other content in place of a file, and zeros over what was there. Whoever is interrupted has either. */
export function replaceFile(path: string, content: Uint8Array): void {
  const next = `${path}.tmp`;
  rmSync(next, { force: true });
  const file = openSync(next, 'w', 0o600);
  try {
    writeAll(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // Made where there is none.
  closeSync(openSync(path, 'a', 0o600));
  const old = openSync(path, 'r+');
  try {
    renameSync(next, path);
    overwrite(old);
  } finally {
    closeSync(old);
  }
}

/** Writes all of it: a write may take a part only. */
export function writeAll(file: number, content: Uint8Array): void {
  for (let at = 0; at < content.length;) at += writeSync(file, content, at, content.length - at);
}

function overwrite(file: number): void {
  const { size } = fstatSync(file);
  for (let at = 0; at < size;) at += writeSync(file, ZEROS, 0, Math.min(ZEROS.length, size - at), at);
  fsyncSync(file);
}

/** Erases a folder and all files in it. */
export function eraseFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) eraseFile(join(entry.parentPath, entry.name));
  }
  rmSync(folder, { recursive: true, force: true });
}
