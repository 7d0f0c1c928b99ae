import convict from 'convict';
import { FormatError, showValue, type Leaf, type SchemaTree } from '../contract/index.ts';
import { addFormatError, keyOf, pathOf, type Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';

/** Something with keys, as it came out of a file. */
export type Section = Readonly<Record<string, unknown>>;

/** The schema of one entry of a map, where it depends on the entry: a source's driver says what else it takes. */
export type EntrySchema = (map: string, entry: Section) => SchemaTree | undefined;

/** Keys that no section and no map may have: they are JavaScript's own. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** True for a schema's value, false for a section of values. */
export function isLeaf(node: Leaf | SchemaTree): node is Leaf {
  return typeof node['format'] === 'function';
}

/** True for an object with keys. */
export function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks a section against its schema and fills in what it does not say. Everything that is wrong goes to `problems`.
 * Convict holds the schema with its defaults and the values; its own checks are too weak (they stop at the first key
 * of a map and cannot tell a wrong type from a wrong range), so values are checked before they are handed to it.
 *
 * @param raw the section as written; `null` and `undefined` are an empty one
 * @param path of the section, '' for the root
 */
export function fill(
  schema: SchemaTree,
  raw: unknown,
  path: string,
  problems: Problems,
  entrySchema?: EntrySchema,
): Record<string, unknown> {
  const held = convict<Record<string, unknown>>(schema, { env: {}, args: [] });

  function leaf(node: Leaf, value: unknown, at: string, within: string): void {
    // An empty `key:` in YAML is null: unsaid.
    const said = value !== undefined && value !== null;
    const given = said ? value : node.default;
    try {
      node.format(given);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return addFormatError(problems, error, at, !said);
    }
    const { entry } = node.format;
    held.set(within, entry === undefined || !isSection(given) ? given : map(given, entry, at));
  }

  function map(entries: Section, entry: SchemaTree, at: string): Record<string, unknown> {
    const filled: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(entries)) {
      const where = pathOf(at, keyOf(name));
      if (RESERVED.has(name)) problems.add('E_CONFIG_KEY', 'a name that cannot be used', where);
      else {
        const chosen = isSection(value) ? entrySchema?.(at, value) : undefined;
        filled[name] = fill(chosen ?? entry, value, where, problems, entrySchema);
      }
    }
    return filled;
  }

  function section(tree: SchemaTree, value: unknown, within: string): void {
    const at = pathOf(path, within);
    if (value !== undefined && value !== null && !isSection(value)) {
      return problems.add('E_CONFIG_TYPE', `expected a section with keys, got ${showValue(value)}`, at);
    }
    const given: Section = isSection(value) ? value : {};
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(tree, key)) unknownKey(tree, key, at);
    }
    for (const [key, node] of Object.entries(tree)) {
      const inner = pathOf(within, key);
      const its = Object.hasOwn(given, key) ? given[key] : undefined;
      if (isLeaf(node)) leaf(node, its, pathOf(path, inner), inner);
      else section(node, its, inner);
    }
  }

  function unknownKey(tree: SchemaTree, key: string, at: string): void {
    const hint = didYouMean(key, Object.keys(tree)) || elsewhere(schema, key, path);
    problems.add('E_CONFIG_KEY', `no such key${hint}`, pathOf(at, keyOf(key)));
  }

  section(schema, raw, '');
  return held.getProperties();
}

/** Points to a key of that very name in another section. */
function elsewhere(schema: SchemaTree, key: string, path: string): string {
  for (const [name, node] of Object.entries(schema)) {
    if (isLeaf(node)) continue;
    if (Object.hasOwn(node, key)) return `; did you mean "${pathOf(path, name, key)}"?`;
    const deeper = elsewhere(node, key, pathOf(path, name));
    if (deeper !== '') return deeper;
  }
  return '';
}
