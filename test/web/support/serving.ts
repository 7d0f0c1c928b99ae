import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { publication } from '../../../src/publish/index.ts';
import { stampOf } from '../../../src/frame/index.ts';
import type { Publication } from '../../../src/contract/index.ts';
import { createWebPage, type WebPage, type WebPageOptions } from '../../../src/web/page.ts';
import { freePort, identity } from '../../publish/support/publishing.ts';

const never = new AbortController().signal;

/** A page that is served, with nobody behind it. */
export interface Served {
  readonly page: WebPage;
  readonly port: number;
}

/** Serves a page on a free port. */
export async function serve(
  limits: WebPageOptions['limits'] = {},
  command?: WebPageOptions['command'],
): Promise<Served> {
  const port = await freePort();
  const config = { enabled: true, host: '127.0.0.1', port };
  const page = createWebPage({
    config,
    identity: identity(),
    notices: () => ['a notice'],
    limits,
    ...(command && { command }),
  });
  await page.start(never);
  return { page, port };
}

/** What the server answers to these very bytes, until it hangs up. */
export function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => (answer += data));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

/** A request of one line and headers; the host is the server's own unless given. */
export function ask(port: number, line: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const all = { Host: `127.0.0.1:${port}`, Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return raw(port, `${line} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

/** The status of an answer. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

/** Asks for the WebSocket as a browser would. */
export const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
} as const;

/** A browser's page, as far as the daemon can tell. */
export interface Viewer {
  readonly socket: WebSocket;
  /** Topics and messages so far. */
  readonly heard: (readonly [string, unknown])[];
  /** Views so far. */
  readonly views: Buffer[];
  /** Resolves when the condition holds; looked at whenever something comes. */
  until(condition: () => boolean): Promise<void>;
}

/** Opens the WebSocket as the page does. */
export function view(port: number): Promise<Viewer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { origin: `http://127.0.0.1:${port}` });
  const heard: (readonly [string, unknown])[] = [];
  const views: Buffer[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) views.push(data);
    else heard.push(...(JSON.parse(data.toString()) as [string, unknown][]));
    for (const check of waiting) check();
  });
  const viewer: Viewer = {
    socket,
    heard,
    views,
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => resolve(viewer));
  });
}

/** A message of the given size on a topic. */
export function message(topic: string, sequence: number, bytes = 0): Publication {
  const content = { timestamp: { sec: 0, nsec: 0 }, stream: 'x'.repeat(bytes) };
  return publication(topic, 'SensorState', stampOf(sequence), sequence, content as never);
}
