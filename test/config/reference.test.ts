import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { parseConfigText } from '../../src/config/file.ts';
import { isLeaf } from '../../src/config/fill.ts';
import { readConfig } from '../../src/config/index.ts';
import { withReference } from '../../src/config/reference.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { SchemaTree } from '../../src/contract/index.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'configuration.md'), 'utf8');

describe('docs/configuration.md', () => {
  it('has the reference of the schemas as they are (npm run docs writes it)', () => {
    expect(page).toBe(withReference(page, drivers));
  });

  it('has examples that load', () => {
    const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text);
    expect(examples.length).toBeGreaterThanOrEqual(4);
    // The first one shows the shape with sources and topics of logs side by side, which no one robot has.
    for (const text of examples.slice(1)) {
      expect(() => readConfig(parseConfigText(text, 'example'), drivers), text).not.toThrow();
    }
  });
});

describe('every value of the schema', () => {
  /** Paths of values whose default their own format refuses, or whose doc says nothing. */
  function wrong(tree: SchemaTree, path = ''): string[] {
    return Object.entries(tree).flatMap(([key, node]) => {
      if (!isLeaf(node)) return wrong(node, `${path}${key}.`);
      const inner = node.format.entry === undefined ? [] : wrong(node.format.entry, `${path}${key}.*.`);
      if (node.doc.length < 5) inner.push(`${path}${key}: no doc`);
      try {
        node.format(node.default);
      } catch {
        // Only what must be given has no default that is taken.
        if (node.default !== undefined) inner.push(`${path}${key}: its default is refused`);
      }
      return inner;
    });
  }

  it('is documented and takes its own default', () => {
    expect([configSchema(drivers), ...drivers.map(({ schema }) => schema)].flatMap((tree) => wrong(tree))).toEqual([]);
  });
});
