import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Command } from '../contract/index.ts';
import { NS_PER_SECOND, type Arrival, type Stamp, type StreamId } from '../frame/index.ts';
import { listenOn, stateMessages, type Identity, type NoticingPublisher } from '../publish/index.ts';
import { checkWeb, DEFAULT_PORT, type WebConfig } from './config.ts';
import { createFeed, FEED_LIMITS, type FeedLimits } from './feed.ts';
import { readPageFiles } from './files.ts';
import { questionIn } from './question.ts';
import { createHttpServer, HTTP_LIMITS, type HttpLimits } from './http.ts';
import { isShown, viewMessage } from './views.ts';

/** The page: a publisher whose subscribers are browsers. Questions can be asked through it, names be taught and watched for; nothing else is changed. */
export interface WebPage extends NoticingPublisher {
  /**
   * Shows a frame as it was received, where a page is open and a view of its stream is due. It is copied: the frame may
   * be reused right after. It stands beside the pipeline, which knows nothing of it, and so does the digest.
   */
  observe(arrival: Arrival): void;
}

/** What a page is told, and its limits. */
export interface WebPageOptions {
  readonly config: WebConfig;
  readonly identity: Identity;
  /** What people should be told about the start. */
  readonly notices: () => readonly string[];
  /** Takes questions; unset: a page that says anything is hung up on. */
  readonly command?: (command: Command) => void;
  readonly limits?: Partial<HttpLimits & FeedLimits>;
}

/** Between two views of a stream, ns: 5 Hz. */
const VIEW_PERIOD = NS_PER_SECOND / 5;
/** Bytes of a message from a page: a question has 1000 letters at the most. */
const MAX_PAYLOAD = 8192;

/**
 * Makes the page; it does nothing before it is started.
 * @throws SensoriumError E_CONFIG_CONFLICT
 */
export function createWebPage({ config, identity, notices: told, command, limits }: WebPageOptions): WebPage {
  checkWeb(config);
  const { host, port: configured } = config;
  const authority = host.includes(':') ? `[${host}]` : host;
  const notices: string[] = [];
  const refusals: Record<string, number> = {};
  const due = new Map<StreamId, Stamp>();
  const { robot, version, boot, epoch } = identity;
  const feed = createFeed(() => ({ robot, version, boot, notices: told(), asks: command !== undefined }), {
    ...FEED_LIMITS,
    ...limits,
  });
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_PAYLOAD,
    perMessageDeflate: false,
  });
  const began = Number(epoch) / NS_PER_SECOND;
  let unreadable = 0;
  let port = configured ?? DEFAULT_PORT;
  let server: Server | undefined;
  let closing: Promise<void> | undefined;

  function said(text: string): boolean {
    const asked = command === undefined ? undefined : questionIn(text);
    if (asked !== undefined) command?.(asked);
    return asked !== undefined;
  }

  async function shut(): Promise<void> {
    feed.close();
    const open = server;
    server = undefined;
    if (open === undefined) return;
    await new Promise<void>((resolve) => {
      open.close(() => resolve());
      open.closeAllConnections();
    });
  }

  return {
    name: 'web',
    notices,
    get address() {
      return `http://${authority}:${port}/`;
    },
    async start(signal) {
      signal.throwIfAborted();
      const http = createHttpServer({
        files: readPageFiles(),
        limits: { ...HTTP_LIMITS, ...limits },
        pages: () => feed.pages,
        upgrade: (request, socket, head) =>
          sockets.handleUpgrade(request, socket, head, (page) => feed.join(page, said)),
        refused: (reason) => (refusals[reason] = (refusals[reason] ?? 0) + 1),
      });
      const choice = { name: 'web', configured, standard: DEFAULT_PORT, host, path: 'web.port' };
      const found = await listenOn(choice, (candidate) => listen(http, candidate, host));
      port = found.port;
      if (found.notice !== undefined) notices.push(found.notice);
      server = http;
      feed.publish(stateMessages(identity).next('online'));
    },
    publish(publication) {
      if (closing === undefined) feed.publish(publication);
    },
    observe(arrival) {
      if (feed.pages === 0 || !isShown(arrival.measurement.kind)) return;
      const { stream, received } = arrival;
      const next = due.get(stream);
      if (next !== undefined && received < next && next - received <= VIEW_PERIOD) return;
      due.set(stream, (received + VIEW_PERIOD) as Stamp);
      const message = viewMessage(arrival, began + received / NS_PER_SECOND);
      if (message === undefined) unreadable++;
      else feed.view(`view/${stream}`, message);
    },
    counters: () => ({
      sent: feed.sent,
      dropped: { ...feed.dropped, unreadable, ...refusals },
      queued: 0,
      connected: server !== undefined,
    }),
    close: () => (closing ??= shut()),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
