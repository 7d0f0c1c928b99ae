import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import ts from 'typescript';

/**
 * `node --import .../typescript.mjs program.ts`: runs the sources without a build, for tests that start a process of
 * their own. Types are taken away file by file; the compiler checks them elsewhere.
 */
const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  return { format: 'module', shortCircuit: true, source: ts.transpile(source, options) };
}

// Hooks run on a thread of their own, which reads this file again.
if (isMainThread) register(import.meta.url);
