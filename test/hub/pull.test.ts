import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDualEncoder, openVisionLanguage, pullHubModel } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { moveWeightsOut } from './external.ts';
import { copyOf, microModel } from './support.ts';

const ID = 'robots/micro-clip';
const FILES = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'preprocessor_config.json',
  'onnx/text_model.onnx',
  'onnx/vision_model.onnx',
];

/** What a request asks for, and how to answer it as the hub does. */
interface Asked {
  readonly file: string;
  readonly content: Buffer;
  readonly revision: string;
  readonly range: string | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Answers rightly, from the byte that is asked for; breaks off after so many bytes. */
  readonly answer: (changes?: {
    readonly content?: Buffer;
    readonly etag?: string;
    readonly breakAfter?: number;
  }) => void;
}

let folder: string;
let server: Server | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-hub-pull-'))));
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const store = (): string => join(folder, 'store');
/** A connection that breaks off once so much of the file has come: what is still on its way would be lost with it. */
let held: { readonly at: number; readonly cut: () => void } | undefined;
const progress = (_: string, received: number): void => {
  if (held === undefined || received < held.at) return;
  held.cut();
  held = undefined;
};
const quick = { precision: 'fp32', pauseMs: 1, progress } as const;
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const lockOf = (): { commit: string | null; files: Record<string, { bytes: number; sha256: string }> } =>
  JSON.parse(readFileSync(join(store(), ID, 'sensorium.lock.json'), 'utf8')) as ReturnType<typeof lockOf>;
/** Whatever lies in the store, parts of files as well. */
const stored = (): string[] =>
  readdirSync(store(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

/** A hub on loopback that has one model. */
async function hub(answers: (asked: Asked) => void, family = 'clip'): Promise<string> {
  server = createServer((request, response) => {
    const [, revision, file] = /^\/robots\/micro-clip\/resolve\/([^/]+)\/([^?]+)/.exec(request.url ?? '') ?? [];
    if (file === undefined || !existsSync(join(microModel(family), file))) {
      response.writeHead(404).end();
      return;
    }
    const right = readFileSync(join(microModel(family), file));
    const { range } = request.headers;
    answers({
      file,
      content: right,
      revision,
      range,
      request,
      response,
      answer({ content = right, etag = `"${sha256(content).slice(0, 20)}"`, breakAfter } = {}) {
        const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
        const isPart = from > 0 && request.headers['if-range'] === etag;
        const begin = isPart ? from : 0;
        response.writeHead(isPart ? 206 : 200, {
          etag,
          'x-repo-commit': 'c0ffee',
          'content-length': content.length - begin,
          ...(isPart ? { 'content-range': `bytes ${begin}-${content.length - 1}/${content.length}` } : {}),
        });
        if (breakAfter === undefined || begin + breakAfter >= content.length) {
          response.end(content.subarray(begin));
          return;
        }
        held = { at: begin + breakAfter, cut: () => response.destroy() };
        response.write(content.subarray(begin, begin + breakAfter));
      },
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('pulling a model of a hub', () => {
  it('fetches its files, locks them, says how far it is, and the model opens', async () => {
    const asked: string[] = [];
    const from = await hub(({ file, revision, answer }) => {
      asked.push(`${revision} ${file}`);
      answer();
    });
    const seen = new Map<string, [number, number | undefined]>();
    const pulled = await pullHubModel(ID, store(), {
      ...quick,
      from,
      progress: (file, received, bytes) => void seen.set(file, [received, bytes]),
    });
    expect(pulled.map(({ file, how }) => [file, how])).toEqual(FILES.map((file) => [file, 'fetched']));
    // What comes after the first file is of the commit that the first file was of.
    expect(asked).toEqual(FILES.map((file, i) => `${i === 0 ? 'main' : 'c0ffee'} ${file}`));
    for (const file of FILES) {
      const content = readFileSync(join(microModel('clip'), file));
      expect(lockOf().files[file]).toEqual({ bytes: content.length, sha256: sha256(content) });
      expect(seen.get(file)).toEqual([content.length, content.length]);
    }
    expect(stored()).toEqual([...FILES.map((file) => basename(file)), 'sensorium.lock.json'].sort());
    const encoder = await openDualEncoder(join(store(), ID), { precision: 'fp32' });
    expect(encoder.dims).toBe(16);
    await encoder.close();
  });

  it('asks the hub that SENSORIUM_HUB names', async () => {
    vi.stubEnv('SENSORIUM_HUB', `${await hub(({ answer }) => answer())}/`);
    expect((await pullHubModel(ID, store(), quick)).map(({ how }) => how)).toEqual(FILES.map(() => 'fetched'));
  });

  it('asks for nothing that is there, and for a damaged file alone', async () => {
    const asked: string[] = [];
    const from = await hub(({ file, answer }) => {
      asked.push(file);
      answer();
    });
    await pullHubModel(ID, store(), { ...quick, from });
    asked.length = 0;
    writeFileSync(join(store(), ID, 'tokenizer.json'), '{}');
    const error = await errorOf(openDualEncoder(join(store(), ID), { precision: 'fp32' }));
    expect(error.message).toContain(`${join(store(), ID, 'tokenizer.json')}: expected `);
    expect(error.code).toBe('E_MODEL_SIZE');
    const pulled = await pullHubModel(ID, store(), { ...quick, from });
    expect(pulled.filter(({ how }) => how !== 'already there').map(({ file }) => file)).toEqual(['tokenizer.json']);
    expect(asked).toEqual(['tokenizer.json']);
  });

  it('goes on where the connection broke off', async () => {
    const ranges: (string | undefined)[] = [];
    const from = await hub(({ file, range, answer }) => {
      if (file === 'onnx/text_model.onnx') ranges.push(range);
      answer(file === 'onnx/text_model.onnx' ? { breakAfter: 70_000 } : {});
    });
    await pullHubModel(ID, store(), { ...quick, from });
    expect(ranges.length).toBeGreaterThanOrEqual(3);
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
    await (await openDualEncoder(join(store(), ID), { precision: 'fp32' })).close();
  });

  it('goes on where an earlier run was ended, unless the file is another one now', async () => {
    let isBroken = true;
    const changed = Buffer.alloc(120_000, 7);
    const ranges: (string | undefined)[] = [];
    const from = await hub(({ file, range, response, answer }) => {
      if (file !== 'onnx/vision_model.onnx') return answer();
      ranges.push(range);
      if (isBroken && range !== undefined) return void response.writeHead(503).end();
      return answer(isBroken ? { breakAfter: 50_000 } : { content: changed });
    });
    const first = await errorOf(pullHubModel(ID, store(), { ...quick, from }));
    expect(first.message).toBe(
      `${from}/${ID}/resolve/c0ffee/onnx/vision_model.onnx: cannot be fetched: HTTP status 503 (E_MODEL_DOWNLOAD)`,
    );
    expect(stored()).toContain('.vision_model.onnx.part');
    expect(lockOf().files).not.toHaveProperty(['onnx/vision_model.onnx']);
    isBroken = false;
    ranges.length = 0;
    await pullHubModel(ID, store(), { ...quick, from });
    expect(ranges).toEqual([expect.stringMatching(/^bytes=\d+-$/)]);
    expect(readFileSync(join(store(), ID, 'onnx/vision_model.onnx'))).toEqual(changed);
    expect(stored().filter((name) => name.includes('part'))).toEqual([]);
  });

  it('follows redirections, and holds a file to the hash that the hub tells with the first', async () => {
    let told = '';
    const from = await hub(({ file, content, request, response, answer }) => {
      if (!file.endsWith('.onnx') || request.url?.endsWith('?cdn') === true) return answer();
      const hash = told === '' ? sha256(content) : told;
      return void response
        .writeHead(302, { location: `${request.url}?cdn`, 'x-linked-etag': `"${hash}"`, 'x-repo-commit': 'c0ffee' })
        .end();
    });
    await pullHubModel(ID, store(), { ...quick, from });
    rmSync(store(), { recursive: true });
    told = 'f'.repeat(64);
    const error = await errorOf(pullHubModel(ID, store(), { ...quick, from }));
    expect(error.message).toMatch(/text_model\.onnx: expected sha256 f{64}, got .* \(E_MODEL_HASH\)$/);
    expect(stored().filter((name) => name.includes('part'))).toEqual([]);
  });

  it.each([
    ['404', (asked: Asked) => void asked.response.writeHead(404).end(), /HTTP status 404 \(E_MODEL_DOWNLOAD\)$/, 1],
    ['503 for ever', (asked: Asked) => void asked.response.writeHead(503).end(), /HTTP status 503/, 4],
    ['nothing', () => undefined, /silent for 300 ms|aborted/, 4],
    [
      'redirections for ever',
      (asked: Asked) => void asked.response.writeHead(302, { location: '' }).end(),
      /redirections/,
      6,
    ],
  ])('gives up where the source sends %s', async (_, answers, message, requests) => {
    let count = 0;
    const from = await hub((asked) => {
      count += 1;
      answers(asked);
    });
    const error = await errorOf(pullHubModel(ID, store(), { ...quick, from, patienceMs: 300 }));
    expect(error.code).toBe('E_MODEL_DOWNLOAD');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`${from}/${ID}/resolve/main/config.json: `);
    expect(count).toBe(requests);
  });

  it('refuses another kind of model before its networks are fetched', async () => {
    const asked: string[] = [];
    const from = await hub(({ file, answer }) => {
      asked.push(file);
      answer(file === 'config.json' ? { content: Buffer.from('{"model_type": "bert"}') } : {});
    });
    const error = await errorOf(pullHubModel(ID, store(), { ...quick, from }));
    expect([error.code, asked]).toEqual(['E_MODEL_UNKNOWN', ['config.json']]);
  });

  it('brings what only some models have, and the files that a network keeps its weights in', async () => {
    const source = copyOf('llava_onevision', join(folder, 'source'));
    moveWeightsOut(join(source, 'onnx/decoder_model_merged.onnx'));
    writeFileSync(join(source, 'onnx/decoder_model_merged.onnx_data_1'), 'nobody asks for this one');
    const pulled = await pullHubModel(ID, store(), { ...quick, from: source });
    expect(pulled.map(({ file }) => file)).toEqual([
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'preprocessor_config.json',
      'generation_config.json',
      'chat_template.jinja',
      'onnx/embed_tokens.onnx',
      'onnx/vision_encoder.onnx',
      'onnx/decoder_model_merged.onnx',
      'onnx/decoder_model_merged.onnx_data',
    ]);
    const model = await openVisionLanguage(join(store(), ID), { precision: 'fp32' });
    await model.close();
  });

  it('takes a file that only some models have as not there where the hub has none, and nothing else for it', async () => {
    let status = 404;
    const from = await hub(({ file, response, answer }) => {
      if (file === 'chat_template.jinja') response.writeHead(status).end();
      else answer();
    }, 'llava_onevision');
    const pulled = await pullHubModel(ID, store(), { ...quick, from });
    expect(pulled.map(({ file }) => file)).not.toContain('chat_template.jinja');
    expect(Object.keys(lockOf().files)).not.toContain('chat_template.json');
    status = 403;
    expect((await errorOf(pullHubModel(ID, store(), { ...quick, from }))).code).toBe('E_MODEL_DOWNLOAD');
  });

  it('brings another precision of the same commit beside the first', async () => {
    const asked: string[] = [];
    const from = await hub(({ file, revision, answer }) => {
      asked.push(`${revision} ${file}`);
      answer();
    });
    await pullHubModel(ID, store(), { ...quick, from });
    asked.length = 0;
    const error = await errorOf(pullHubModel(ID, store(), { ...quick, from, precision: 'q4' }));
    expect(error.message).toContain(`${ID}/resolve/c0ffee/onnx/text_model_q4.onnx: cannot be fetched: HTTP status 404`);
    expect(Object.keys(lockOf().files)).toEqual(FILES);
    await pullHubModel(ID, store(), { ...quick, from, revision: 'v2' });
    expect(asked).toEqual(FILES.map((file, i) => `${i === 0 ? 'v2' : 'c0ffee'} ${file}`));
  });

  it.each([
    ['a folder of models', (from: string) => from],
    ['the model itself', (from: string) => join(from, ID)],
  ])('takes it from %s, links and all', async (_, at) => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(join(elsewhere, 'robots'), { recursive: true });
    symlinkSync(microModel('clip'), join(elsewhere, ID));
    const pulled = await pullHubModel(ID, store(), { ...quick, from: at(elsewhere) });
    expect(pulled.every(({ how }) => how === 'copied')).toBe(true);
    expect(lockOf().commit).toBeNull();
    await (await openDualEncoder(join(store(), ID), { precision: 'fp32' })).close();
    expect((await errorOf(pullHubModel(ID, store(), { ...quick, precision: 'q8', from: at(elsewhere) }))).code).toBe(
      'E_MODEL_MISSING',
    );
  });

  it.each(['../x/y', 'a/..', 'a/../../b', '/etc/passwd', 'a/b/c', '.hidden/x', 'x'])(
    'refuses the name %s',
    async (id) => {
      expect((await errorOf(pullHubModel(id, store(), { ...quick, from: folder }))).code).toBe('E_MODEL_PATH');
      expect(existsSync(store())).toBe(false);
    },
  );
});
