import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfigText, readConfigFile } from '../../src/config/file.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-config-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a configuration file', () => {
  it('is YAML or JSON', () => {
    expect(readConfigFile(file('a.yaml', 'robot: a\nalign: { pivot: imu }\n'))).toEqual({
      robot: 'a',
      align: { pivot: 'imu' },
    });
    expect(readConfigFile(file('a.json', '{\n\t"robot": "a",\n\t"align": {"pivot": null}\n}\n'))).toEqual({
      robot: 'a',
      align: { pivot: null },
    });
  });

  it('may be empty', () => {
    expect(readConfigFile(file('empty.yaml', ''))).toBeNull();
  });

  it.each([
    ['a list that does not end', 'a: [1,\nb: 2', /^x.yaml:2:1: .* \(E_CONFIG_SYNTAX\)$/],
    ['a key given twice', 'a: 1\na: 2\n', /^x.yaml:2:1: Map keys must be unique \(E_CONFIG_SYNTAX\)$/],
    ['two documents', 'a: 1\n---\nb: 2\n', /^x.yaml:2:\d+: .*\(E_CONFIG_SYNTAX\)$/],
    ['a tag that means nothing', 'a: !!wrong b\n', /^x.yaml:1:4: Unresolved tag.*\(E_CONFIG_SYNTAX\)$/],
    ['an alias of nothing', 'a: *nobody\n', /E_CONFIG_SYNTAX/],
    ['a tab for indentation', '\ta: 1\n', /E_CONFIG_SYNTAX/],
    ['100 000 lists in each other', '['.repeat(100_000), /E_CONFIG_SYNTAX/],
    ['aliases that multiply', multiplying(), /E_CONFIG_SYNTAX/],
  ])('is refused with line and column: %s', (_name, text, message) => {
    expect(() => parseConfigText(text, 'x.yaml')).toThrow(message);
  });

  it('is missing, a folder, too long or no text', () => {
    expect(() => readConfigFile(join(folder, 'none.yaml'))).toThrow('no such file (E_FILE_MISSING)');
    expect(() => readConfigFile(folder)).toThrow('it is a folder (E_FILE_MISSING)');
    expect(() => readConfigFile('/dev/zero')).toThrow('E_FILE_FORMAT');
    expect(() => readConfigFile(file('latin.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe9)))).toThrow(
      'expected text in UTF-8',
    );
  });
});

/** Ten lists, each of nine times the one before: 9^10 items when taken literally. */
function multiplying(): string {
  const lines = ['a0: &a0 [x]'];
  for (let index = 1; index <= 10; index += 1) {
    lines.push(
      `a${index}: &a${index} [${Array(9)
        .fill(`*a${index - 1}`)
        .join(', ')}]`,
    );
  }
  return lines.join('\n');
}
