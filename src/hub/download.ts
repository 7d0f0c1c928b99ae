import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { SensoriumError, unwritable } from '../contract/index.ts';
import { causeOf, firstLine, patienceOf } from '../inference/index.ts';

/** How a file is fetched, and who wants to see it. */
export interface DownloadOptions {
  /** Bytes that have come, and how many there will be; `undefined` where the source has not said it. */
  readonly progress?: (received: number, bytes: number | undefined) => void;
  /** ms without a single byte after which a connection counts as gone. */
  readonly patienceMs: number;
  /** ms before a connection that broke off is tried again. */
  readonly pauseMs: number;
  /** Bytes that a file may have. */
  readonly most: number;
}

/** What a source says of a file that has come. */
export interface Downloaded {
  /** The hub's commit that it is of. */
  readonly commit: string | undefined;
  /** sha256 as the hub says it: it does so for large files. */
  readonly sha256: string | undefined;
}

/** Connections in a row that bring nothing, before the source counts as gone. */
const MOST_FAILURES = 4;
const MOST_REDIRECTIONS = 5;

/** What another try can change: the source is too busy, or something on the way broke. */
class Broken extends Error {}

/**
 * Fetches a file into `part`, as often as the connection breaks from where it broke off (RFC 9110, sections 13.1.5 and 14): also
 * what an earlier run has left there, as long as the source's entity tag, kept in `<part>.etag`, still is the same.
 * @throws SensoriumError E_MODEL_DOWNLOAD, with what has come left for the next try; E_MODEL_SIZE, E_FILE_WRITE
 */
export async function download(url: string, part: string, options: DownloadOptions): Promise<Downloaded> {
  let failures = 0;
  let before = await sizeOf(part);
  for (;;) {
    try {
      const downloaded = await attempt(url, part, options);
      await rm(`${part}.etag`, { force: true });
      return downloaded;
    } catch (error) {
      if (error instanceof SensoriumError) {
        await Promise.all([part, `${part}.etag`].map((path) => rm(path, { force: true })));
        throw error;
      }
      const now = await sizeOf(part);
      failures = now > before ? 1 : failures + 1;
      before = now;
      if (!(error instanceof Broken) || failures >= MOST_FAILURES) {
        const what = `cannot be fetched: ${firstLine(causeOf(error))}`;
        throw new SensoriumError('E_MODEL_DOWNLOAD', what, { path: url, cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, options.pauseMs));
    }
  }
}

async function attempt(url: string, part: string, options: DownloadOptions): Promise<Downloaded> {
  const patience = patienceOf(options.patienceMs);
  try {
    const have = await resumable(part);
    const { response, downloaded } = await ask(url, have, patience.signal);
    const { start, bytes } = beginOf(response, have);
    const tooLarge = (count: number | undefined): void => {
      if (count === undefined || count <= options.most) return;
      throw new SensoriumError('E_MODEL_SIZE', `expected at most ${options.most} bytes, got ${count}`, { path: url });
    };
    tooLarge(bytes);
    if (start === 0) await begin(part, response.headers.get('etag'));
    const received = await append(part, start, response, (count) => {
      patience.renew();
      tooLarge(count);
      options.progress?.(count, bytes);
    });
    if (bytes !== undefined && received !== bytes) throw new Broken(`expected ${bytes} bytes, got ${received}`);
    return downloaded;
  } catch (error) {
    if (error instanceof SensoriumError || error instanceof Refused) throw error;
    throw new Broken(firstLine(error), { cause: error });
  } finally {
    patience.end();
  }
}

/** What no other try changes. */
class Refused extends Error {
  readonly status: number | undefined;

  constructor(what: string, status?: number) {
    super(what);
    this.status = status;
  }
}

/** Whether a source has said that it has no such file. */
export function isNotThere(error: unknown): boolean {
  if (!(error instanceof SensoriumError)) return false;
  return error.cause instanceof Refused && error.cause.status === 404;
}

/** What is there of a file, and the entity tag that it is part of. */
interface Have {
  readonly bytes: number;
  readonly etag: string | undefined;
}

/** Asks for the file, or for what is missing of it. Redirections are followed one by one: the hub tells the file's hash with the first. */
async function ask(
  url: string,
  { bytes, etag }: Have,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly downloaded: Downloaded }> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (etag !== undefined) Object.assign(headers, { range: `bytes=${bytes}-`, 'if-range': etag });
  let at = url;
  let commit: string | undefined;
  let sha256: string | undefined;
  for (let hops = 0; hops <= MOST_REDIRECTIONS; hops += 1) {
    const response = await fetch(at, { signal, headers, redirect: 'manual' });
    commit ??= response.headers.get('x-repo-commit') ?? undefined;
    sha256 ??= /^"?([0-9a-f]{64})"?$/.exec(response.headers.get('x-linked-etag') ?? '')?.[1];
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      refuseStatus(response);
      return { response, downloaded: { commit, sha256 } };
    }
    await response.body?.cancel();
    at = new URL(location, at).href;
  }
  throw new Refused(`more than ${MOST_REDIRECTIONS} redirections`);
}

function refuseStatus({ ok, status }: Response): void {
  // 416: what is there is not the beginning of what it has.
  if (ok || status === 416) return;
  const what = `HTTP status ${status}`;
  throw status === 429 || status >= 500 ? new Broken(what) : new Refused(what, status);
}

/** Where what comes begins in the file, and how long that is in whole. */
function beginOf({ status, headers }: Response, have: Have): { start: number; bytes: number | undefined } {
  if (status === 206 || status === 416) {
    const [, start, bytes] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    const tag = headers.get('etag');
    const isSame = tag === null || tag === have.etag;
    const isAll = status === 416 && Number(bytes) === have.bytes;
    if (isSame && (isAll || Number(start) === have.bytes)) {
      return { start: have.bytes, bytes: bytes === undefined || bytes === '*' ? undefined : Number(bytes) };
    }
    throw new Broken('the source gives another part than was asked for');
  }
  const length = headers.get('content-length');
  return { start: 0, bytes: length === null ? undefined : Number(length) };
}

/** Starts a file anew. Only a strong entity tag says that two files are the same, byte by byte. */
async function begin(part: string, etag: string | null): Promise<void> {
  await writeFile(part, '');
  if (etag === null || etag.startsWith('W/')) await rm(`${part}.etag`, { force: true });
  else await writeFile(`${part}.etag`, etag);
}

/** Writes what comes behind what is there. */
async function append(
  part: string,
  start: number,
  { body, status }: Response,
  came: (received: number) => void,
): Promise<number> {
  if (body === null || status === 416) return start;
  const file = await open(part, 'r+');
  let received = start;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      came(received + chunk.length);
      await file.write(chunk, 0, chunk.length, received).catch((error: unknown) => {
        throw unwritable(part, error);
      });
      received += chunk.length;
    }
  } finally {
    await file.close();
  }
  return received;
}

async function resumable(part: string): Promise<Have> {
  const bytes = await sizeOf(part);
  const etag = await readFile(`${part}.etag`, 'utf8').catch(() => undefined);
  return bytes > 0 && etag !== undefined ? { bytes, etag } : { bytes: 0, etag: undefined };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
