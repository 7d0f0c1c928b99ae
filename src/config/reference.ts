import { readFileSync, writeFileSync } from 'node:fs';
import type { DriverDefinition, Format, Leaf, SchemaTree } from '../contract/index.ts';
import { isLeaf } from './fill.ts';
import { pathOf } from './problems.ts';
import { configSchema } from './schema.ts';

/** The generated part of docs/configuration.md stands between these lines. */
const BEGIN = '<!-- reference: written by `npm run docs` from the schemas; change them, not this -->';
const END = '<!-- end of the reference -->';

/**
 * The reference of every key of a configuration, Markdown: a table a section, a section a driver.
 * @param drivers what `sources` may name
 */
export function referenceOf(drivers: readonly DriverDefinition[]): string {
  const schema = configSchema(drivers);
  const alone = Object.entries(schema).filter(([, node]) => isLeaf(node) && node.format.entry === undefined);
  const sections = Object.entries(schema).filter(([key]) => !alone.some(([other]) => other === key));
  return [
    '<!-- prettier-ignore-start -->',
    '',
    ...table(rows(Object.fromEntries(alone), '')),
    ...sections.flatMap(([key, node]) => [`### ${key}`, '', ...sectionText(key, node)]),
    ...drivers.flatMap(({ type, summary, schema: its }) => [
      `### sources, driver: ${type}`,
      '',
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
      '',
      ...table(rows(its, 'sources.<name>')),
    ]),
    '<!-- prettier-ignore-end -->',
  ].join('\n');
}

/** A page with its generated part renewed. */
export function withReference(page: string, drivers: readonly DriverDefinition[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page lacks the lines ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${referenceOf(drivers)}\n\n${page.slice(end)}`;
}

/** Renews the generated part of a page on disk. */
export function writeReference(file: string, drivers: readonly DriverDefinition[]): void {
  writeFileSync(file, withReference(readFileSync(file, 'utf8'), drivers));
}

function sectionText(key: string, node: Leaf | SchemaTree): string[] {
  if (!isLeaf(node)) return table(rows(node, key));
  return [node.doc, '', ...table(rows(node.format.entry ?? {}, `${key}.${entryName(key)}`))];
}

function rows(tree: SchemaTree, path: string): string[] {
  return Object.entries(tree).flatMap(([key, node]) => {
    const at = pathOf(path, key);
    if (!isLeaf(node)) return rows(node, at);
    const { entry } = node.format;
    const inner = entry === undefined ? [] : rows(entry, `${at}.${entryName(key)}`);
    return [row(at, node), ...inner];
  });
}

function entryName(map: string): string {
  return map === 'mounts' ? 'T_base_<stream>' : map === 'streams' ? '<stream>' : '<name>';
}

function row(path: string, { doc, format, default: standard }: Leaf): string {
  const cells = [`\`${path}\``, cell(takes(format)), shownDefault(format, standard), cell(doc)];
  return `| ${cells.join(' | ')} |`;
}

function takes({ expected }: Format): string {
  return expected.replace(/^a /, '');
}

function shownDefault(format: Format, value: unknown): string {
  if (value !== undefined) return `\`${JSON.stringify(value).replaceAll(',', ', ')}\``;
  try {
    format(undefined);
    return 'unset';
  } catch {
    return '**required**';
  }
}

/** Text within a cell. Markdown would take <name> for a tag, but not within backticks: there it stays as it is. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('`');
}

function table(lines: readonly string[]): string[] {
  return ['| key | takes | default | meaning |', '| --- | --- | --- | --- |', ...lines, ''];
}
