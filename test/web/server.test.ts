import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { readPageFiles } from '../../src/web/files.ts';
import { createWebPage } from '../../src/web/page.ts';
import { freePort, identity } from '../publish/support/publishing.ts';
import { ask, message, raw, serve, statusOf, UPGRADE, view, type Served } from './support/serving.ts';

const served: Served[] = [];
afterEach(async () => {
  await Promise.all(served.splice(0).map(({ page }) => page.close()));
});

async function start(limits?: Parameters<typeof serve>[0]): Promise<Served> {
  const one = await serve(limits);
  served.push(one);
  return one;
}

describe('the page’s files', () => {
  it('are served, each with its type and the headers that keep it safe', async () => {
    const { port } = await start();
    for (const [path, { type, body }] of readPageFiles()) {
      const answer = await ask(port, `GET ${path}`);
      expect(statusOf(answer), path).toBe(200);
      expect(answer).toContain(`Content-Type: ${type}\r\n`);
      expect(answer).toContain("Content-Security-Policy: default-src 'none'; script-src 'self'");
      expect(answer).toContain("frame-ancestors 'none'");
      expect(answer).toContain('X-Content-Type-Options: nosniff\r\n');
      expect(answer).toContain('Cross-Origin-Resource-Policy: same-origin\r\n');
      expect(answer.endsWith(body.toString('latin1'))).toBe(true);
    }
  });

  it('need nothing from elsewhere and no script within', () => {
    for (const [path, { body }] of readPageFiles()) {
      const text = body.toString().replaceAll('http://www.w3.org/2000/svg', '');
      expect(text, path).not.toMatch(/https?:\/\//);
      expect(text, path).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=/);
    }
  });

  it('have heads without bodies, and queries that change nothing', async () => {
    const { port } = await start();
    const head = await ask(port, 'HEAD /');
    expect([statusOf(head), head.endsWith('\r\n\r\n')]).toEqual([200, true]);
    expect(statusOf(await ask(port, 'GET /?x=../../etc/passwd'))).toBe(200);
  });

  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/%2e%2e%2f%2e%2e%2fpackage.json',
    '/page.css/../../package.json',
    '/..\\package.json',
    '//etc/passwd',
    '/%00',
    '/page.css%00.html',
    '/index.html/',
    '/%70age.css',
    '/PAGE.CSS',
    '/page',
    '/__proto__',
    'http://127.0.0.1/page.css',
  ])('are all there is: %s is not found', async (path) => {
    const { port, page } = await start();
    expect(statusOf(await ask(port, `GET ${path}`))).toBe(404);
    expect(page.counters().dropped['not found']).toBe(1);
  });
});

describe('who may ask', () => {
  it('is refused under a name that is not this machine’s', async () => {
    const { port } = await start();
    for (const host of ['evil.example', `evil.example:${port}`, '192.168.0.7', `localhost.evil.example:${port}`]) {
      expect(statusOf(await ask(port, 'GET /', { Host: host })), host).toBe(403);
      const upgrade = { ...UPGRADE, Host: host, Origin: `http://${host}` };
      expect(statusOf(await ask(port, 'GET /live', upgrade)), host).toBe(403);
    }
    expect(statusOf(await raw(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'))).toBe(400);
    expect(statusOf(await raw(port, 'GET / HTTP/1.0\r\n\r\n'))).toBe(403);
  });

  it('is refused when another site’s page asks, for files and for the WebSocket', async () => {
    const { port, page } = await start();
    for (const origin of ['http://evil.example', 'null', `http://localhost:${port + 1}`, `https://127.0.0.1:${port}`]) {
      expect(statusOf(await ask(port, 'GET /', { Origin: origin })), origin).toBe(403);
      expect(statusOf(await ask(port, 'GET /live', { ...UPGRADE, Origin: origin })), origin).toBe(403);
    }
    // Browsers always name their page here.
    expect(statusOf(await ask(port, 'GET /live', UPGRADE))).toBe(403);
    expect(page.counters().dropped['foreign host or origin']).toBe(9);
  });

  it('may come through a tunnel that brings another port', async () => {
    const { port } = await start();
    const through = { Host: 'localhost:9999', Origin: 'http://localhost:9999' };
    expect(statusOf(await ask(port, 'GET /', through))).toBe(200);
  });
});

describe('what may be asked', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s is refused', async (method) => {
    const { port } = await start();
    const answer = await ask(port, `${method} /`);
    expect(statusOf(answer)).toBe(405);
    expect(answer).toContain('Allow: GET, HEAD\r\n');
  });

  it('is no tunnel', async () => {
    const { port } = await start();
    expect(statusOf(await ask(port, 'CONNECT evil.example:443'))).toBe(405);
  });

  it('has no body and little of a head', async () => {
    const { port } = await start();
    expect(statusOf(await ask(port, 'GET /', { 'Content-Length': '1000000000' }))).toBe(413);
    expect(statusOf(await ask(port, 'GET /', { 'Transfer-Encoding': 'chunked' }))).toBe(413);
    expect(statusOf(await ask(port, 'GET /', { 'X-Much': 'x'.repeat(9000) }))).toBe(431);
    expect(statusOf(await ask(port, `GET /${'x'.repeat(9000)}`))).toBe(431);
    expect(statusOf(await raw(port, 'nonsense\r\n\r\n'))).toBe(400);
  });

  it('is only its own WebSocket', async () => {
    const { port } = await start();
    const Origin = `http://127.0.0.1:${port}`;
    expect(statusOf(await ask(port, 'GET /other', { ...UPGRADE, Origin }))).toBe(404);
    expect(statusOf(await ask(port, 'POST /live', { ...UPGRADE, Origin }))).toBe(405);
    expect(statusOf(await ask(port, 'GET /live'))).toBe(404);
  });
});

describe('a page', () => {
  it('that says anything but a question is hung up on', async () => {
    const { port } = await start();
    const { socket } = await view(port);
    socket.send('{"verb":"stop"}');
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1008);
  });

  it('that asks is heard, is told every reply, and hung up on when it commands', async () => {
    const asked: unknown[] = [];
    const one = await serve({}, (command) => asked.push(command));
    served.push(one);
    const viewer = await view(one.port);
    const { socket, heard } = viewer;
    socket.send('{"verb":"ask","args":{"question":"is there a mug?","id":"1"}}');
    for (const sequence of [1, 2, 3]) one.page.publish(message('replies', sequence));
    await viewer.until(() => heard.filter(([topic]) => topic === 'replies').length === 3);
    socket.send('{"verb":"forget","args":{"all":true}}');
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1008);
    expect(asked).toEqual([{ verb: 'ask', args: { question: 'is there a mug?', id: '1' } }]);
  });

  it('that says much is hung up on before it is read', async () => {
    const { port } = await start();
    const { socket } = await view(port);
    socket.send(Buffer.alloc(100_000));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });

  it('too many is sent away', async () => {
    const { port, page } = await start({ pages: 2 });
    await view(port);
    await view(port);
    await expect(view(port)).rejects.toThrow('503');
    expect(page.counters().dropped['too many pages']).toBe(1);
  });
});

describe('those who only want to be a burden', () => {
  const burdens: Socket[] = [];
  afterEach(() => {
    for (const socket of burdens.splice(0)) socket.destroy();
  });

  function burden(port: number): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    burdens.push(socket);
    return socket;
  }

  it.each([
    ['nothing', ''],
    ['half a head', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-'],
    ['a head and then nothing', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('by sending %s are hung up on', async (_what, bytes) => {
    const { port } = await start({ headersMs: 100 });
    const socket = burden(port);
    socket.write(bytes);
    socket.resume();
    await once(socket, 'close');
  });

  it('by asking and never reading are hung up on', async () => {
    const { port } = await start({ headersMs: 100 });
    const socket = burden(port).pause();
    socket.write('GET /page.css HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(200_000));
    // It may learn so by an error: what it still writes goes nowhere.
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('are not taken for pages, which may stay as long as they like', async () => {
    const { port, page } = await start({ headersMs: 50, periodMs: 5 });
    const viewer = await view(port);
    // Idlers that came later have been hung up on for idling: twice, so that the page is older than any of their limits.
    for (let round = 0; round < 2; round += 1) await once(burden(port).resume(), 'close');
    page.publish(message('pose', 1));
    await viewer.until(() => viewer.heard.some(([topic]) => topic === 'pose'));
  });

  it('by the thousand: all but a few are hung up on, those that idle later, and pages go on', async () => {
    const { port, page } = await start({ headersMs: 200, periodMs: 5 });
    const viewer = await view(port);
    const closed = Array.from({ length: 1000 }, () => once(burden(port).resume(), 'close'));
    // A page that is open is told as before while they are hanging on the line.
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      page.publish(message('pose', sequence));
      const isTold = () => viewer.heard.some(([, one]) => (one as { sequence: number }).sequence === sequence);
      await viewer.until(isTold);
    }
    await Promise.all(closed);
    // 32 at once, the page among them: most of the thousand never got in.
    expect(page.counters().dropped['too many connections']).toBeGreaterThan(500);
    expect(statusOf(await ask(port, 'GET /'))).toBe(200);
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('the port', () => {
  const never = new AbortController().signal;

  it('that is configured and taken is an error at web.port', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const config = { enabled: true, host: '127.0.0.1', port };
    const page = createWebPage({ config, identity: identity(), notices: () => [] });
    try {
      await expect(page.start(never)).rejects.toMatchObject({ code: 'E_PORT_IN_USE', path: 'web.port' });
    } finally {
      other.close();
      await page.close();
    }
  });

  it('of the default gives way, said aloud', async () => {
    const config = { enabled: true, host: '127.0.0.1' };
    const pages = [1, 2].map(() => createWebPage({ config, identity: identity(), notices: () => [] }));
    for (const page of pages) await page.start(never);
    expect(pages[1].notices).toEqual([expect.stringMatching(/^web: port 8080 is taken, using \d+$/)]);
    expect(new Set(pages.map(({ address }) => address)).size).toBe(2);
    await Promise.all(pages.map((page) => page.close()));
  });

  it('is free again once the page is closed, whoever is connected', async () => {
    const { port, page } = await serve();
    const { socket } = await view(port);
    const gone = once(socket, 'close');
    await Promise.all([page.close(), page.close(), gone]);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    other.close();
  });

  it('is opened on loopback only', () => {
    const config = { enabled: true, host: '0.0.0.0' };
    const make = () => createWebPage({ config, identity: identity(), notices: () => [] });
    expect(make).toThrow(/^web\.host: anyone could look on.* "0\.0\.0\.0" \(E_CONFIG_CONFLICT\)$/);
  });
});
