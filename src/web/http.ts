import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PageFile } from './files.ts';
import { isOwnHost, isOwnOrigin } from './guard.ts';

/** How much is taken from those who ask. */
export interface HttpLimits {
  /** Open at once, pages and all. Too small: two browsers get in each other's way; too large: memory, 50 kB each. */
  readonly connections: number;
  /** Pages that are fed at once. */
  readonly pages: number;
  /** ms until the headers are here, and ms that a connection may do nothing. Too large: idlers keep others out. */
  readonly headersMs: number;
  /** Bytes of request line and headers together. */
  readonly headerBytes: number;
}

/** Plenty for people, little for anyone else. */
export const HTTP_LIMITS: HttpLimits = { connections: 32, pages: 16, headersMs: 5000, headerBytes: 8192 };

/** Path of the WebSocket. */
const LIVE_PATH = '/live';

/** The page needs its own files and its WebSocket, and may do nothing else. */
const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
} as const;

/** What the server hands on, and asks. */
export interface HttpOptions {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly limits: HttpLimits;
  /** Pages that are fed now. */
  readonly pages: () => number;
  /** A page that may be fed. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Somebody was sent away. */
  readonly refused: (reason: string) => void;
}

/** Makes the server: listed files for GET and HEAD, one WebSocket, nothing else. It does not listen yet. */
export function createHttpServer({ files, limits, pages, upgrade, refused }: HttpOptions): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: 2 * limits.headersMs,
    keepAliveTimeout: limits.headersMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs),
  });
  server.maxConnections = limits.connections;
  // Whoever asks and does not read the answer is not waited for; an open page is (feed.ts has patience of its own).
  server.setTimeout(2 * limits.headersMs);

  function verdict(request: IncomingMessage): number {
    const { host, origin } = request.headers;
    if (!isOwnHost(host)) return 403;
    if (origin !== undefined && !isOwnOrigin(origin, host)) return 403;
    if (request.method !== 'GET' && request.method !== 'HEAD') return 405;
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    return encoding !== undefined || (length !== undefined && length !== '0') ? 413 : 200;
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const file = files.get(pathOf(request));
    const first = verdict(request);
    const status = first === 200 && file === undefined ? 404 : first;
    if (status === 200 && file !== undefined) {
      const headers = { 'Content-Type': file.type, 'Content-Length': file.body.length };
      response.writeHead(200, { ...SECURITY_HEADERS, ...headers });
      response.end(request.method === 'HEAD' ? undefined : file.body);
      return;
    }
    refused(REFUSALS[status] ?? 'bad request');
    const body = `${status} ${STATUS_CODES[status]}\n`;
    response.writeHead(status, {
      ...SECURITY_HEADERS,
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': body.length,
      ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
      // Whatever else comes on this connection is not read.
      Connection: 'close',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  server.on('request', answer);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Whoever hangs up early is gone: nothing to do.
    socket.on('error', () => undefined);
    const status = verdict(request);
    const { host = '', origin } = request.headers;
    if (status !== 200) return turnAway(socket, status);
    // A browser always names its page here; programs have MQTT and ZeroMQ.
    if (!isOwnOrigin(origin, host)) return turnAway(socket, 403);
    if (pathOf(request) !== LIVE_PATH) return turnAway(socket, 404);
    if (pages() >= limits.pages) return turnAway(socket, 503);
    upgrade(request, socket, head);
  });
  // `CONNECT` asks for a tunnel.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => turnAway(socket, 405));
  server.on('clientError', (error: Error & { code?: string }, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    turnAway(socket, CLIENT_ERRORS[error.code ?? ''] ?? 400);
  });
  server.on('drop', () => refused('too many connections'));

  function turnAway(socket: Duplex, status: number): void {
    refused(REFUSALS[status] ?? 'bad request');
    socket.on('error', () => undefined);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
      socket.destroy(),
    );
  }

  return server;
}

const REFUSALS: Readonly<Record<number, string>> = {
  403: 'foreign host or origin',
  404: 'not found',
  405: 'method',
  408: 'too slow',
  413: 'too large',
  431: 'too large',
  503: 'too many pages',
};

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** The path as it was written, without the query: it is compared and never decoded. */
function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
