import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelManifest } from '../../src/contract/index.ts';
import { pullModel, readModel } from '../../src/inference/index.ts';
import { errorOf } from '../support/code.ts';
import { fileOf, store, tinyManifest } from '../support/models.ts';

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251);

let folder: string;
let server: Server | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-pull-'))));
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

/** A public source, on loopback, and a manifest that names it. */
async function sourceThat(answers: RequestListener): Promise<ModelManifest> {
  server = createServer(answers).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return tinyManifest(CONTENT, { files: [fileOf('tiny.onnx', CONTENT, `http://127.0.0.1:${port}/tiny.onnx`)] });
}

/** Whatever lies in the store, parts of files as well. */
const stored = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('pulling a model', () => {
  it('fetches it, says how far it is, and does not fetch it twice', async () => {
    let requests = 0;
    const manifest = await sourceThat((_, response) => {
      requests += 1;
      response.end(CONTENT);
    });
    const seen: number[] = [];
    const progress = (_: string, received: number): void => void seen.push(received);
    expect(await pullModel(manifest, folder, { progress })).toMatchObject([{ file: 'tiny.onnx', how: 'fetched' }]);
    expect(seen.at(-1)).toBe(CONTENT.length);
    expect((await readModel(folder, manifest)).get('tiny.onnx')).toEqual(CONTENT);
    expect(await pullModel(manifest, folder)).toMatchObject([{ how: 'already there' }]);
    expect(requests).toBe(1);
    expect(stored()).toEqual(['tiny.onnx']);
  });

  it('follows a redirection and replaces a damaged file', async () => {
    const manifest = await sourceThat((request, response) => {
      if (request.url === '/tiny.onnx') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.end(CONTENT);
    });
    store(folder, 'tiny', 'tiny.onnx', new Uint8Array(CONTENT.length));
    expect(await pullModel(manifest, folder)).toMatchObject([{ how: 'fetched' }]);
    await readModel(folder, manifest);
  });

  it.each([
    ['other content', 'E_MODEL_HASH', (_, response) => response.end(new Uint8Array(CONTENT.length))],
    ['more than is said', 'E_MODEL_SIZE', (_, response) => response.end(Buffer.concat([CONTENT, CONTENT]))],
    ['less than is said', 'E_MODEL_SIZE', (_, response) => response.end(CONTENT.subarray(0, 1000))],
    ['nothing', 'E_MODEL_DOWNLOAD', (_, response) => response.writeHead(404).end('not here')],
    [
      'half and then no more',
      'E_MODEL_DOWNLOAD',
      (_, response) => {
        response.writeHead(200, { 'content-length': CONTENT.length });
        response.write(CONTENT.subarray(0, 1000), () => response.destroy());
      },
    ],
    ['never', 'E_MODEL_DOWNLOAD', () => undefined],
  ] satisfies [string, string, RequestListener][])(
    'keeps what was there when the source sends %s',
    async (_, code, answers) => {
      const manifest = await sourceThat(answers);
      const old = Uint8Array.of(1, 2, 3);
      const path = store(folder, 'tiny', 'tiny.onnx', old);
      const error = await errorOf(pullModel(manifest, folder, { patienceMs: 200 }));
      expect(error.code).toBe(code);
      expect(error.message).toContain(manifest.files[0].url);
      expect(new Uint8Array(readFileSync(path))).toEqual(old);
      expect(stored()).toEqual(['tiny.onnx']);
    },
  );

  it('says that nobody answers', async () => {
    const manifest = await sourceThat((_, response) => response.end());
    server?.close();
    server?.closeAllConnections();
    const { code, message } = await errorOf(pullModel(manifest, folder));
    expect(code).toBe('E_MODEL_DOWNLOAD');
    expect(message).toContain('cannot be fetched');
  });

  it.each([
    ['the file', (from: string) => join(from, 'tiny', 'tiny.onnx')],
    ['its folder', (from: string) => join(from, 'tiny')],
    ['a folder of models', (from: string) => from],
  ])('takes it from %s', async (_, at) => {
    const elsewhere = join(folder, 'elsewhere');
    store(elsewhere, 'tiny', 'tiny.onnx', CONTENT);
    const manifest = tinyManifest(CONTENT);
    const target = join(folder, 'store');
    expect(await pullModel(manifest, target, { from: at(elsewhere) })).toMatchObject([{ how: 'copied' }]);
    expect((await readModel(target, manifest)).get('tiny.onnx')).toEqual(CONTENT);
  });

  it('refuses a wrong file given by hand', async () => {
    const from = store(folder, 'elsewhere', 'tiny.onnx', new Uint8Array(CONTENT.length));
    const { code } = await errorOf(pullModel(tinyManifest(CONTENT), join(folder, 'store'), { from }));
    expect(code).toBe('E_MODEL_HASH');
    expect((await errorOf(pullModel(tinyManifest(CONTENT), folder, { from: '/nowhere' }))).code).toBe(
      'E_MODEL_MISSING',
    );
  });
});
