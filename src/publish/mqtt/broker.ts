import { timingSafeEqual, createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { AuthenticateError, Client } from 'aedes';

/** Most subscribers at a time; further connections are refused. */
const MAX_CONNECTIONS = 64;
/** Bytes that may wait for a subscriber; while more wait, further messages are lost to it. */
const PENDING_BYTES = 1 << 20;
/** ms that subscribers are given to take the last messages when the broker closes. */
const CLOSE_MS = 500;

/** Who may connect; `undefined`: anyone who reaches the port. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What subscribers may send all the same. */
export interface BrokerCommands {
  /** Levels before the verb, with the slash. */
  readonly level: string;
  readonly take: (verb: string, payload: Uint8Array) => void;
}

/** A message to all subscribers of a topic. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

/**
 * An MQTT 3.1.1 broker inside the daemon, for subscribers only: whoever else publishes is refused, so that nobody can
 * speak for the robot; commands aside, which are taken and not passed on. Everything goes out with quality of service 0, so nothing is stored for those who are away.
 */
export interface Broker {
  /** Rejects with code EADDRINUSE where the port is taken. */
  listen(host: string, port: number): Promise<void>;
  /** `done` is called once the message has been handed to every subscriber. */
  inject(message: BrokerMessage, done: () => void): void;
  /** Messages lost to subscribers that did not keep up. */
  readonly lostToSlow: number;
  close(): Promise<void>;
}

export async function createBroker(credentials: Credentials | undefined, commands?: BrokerCommands): Promise<Broker> {
  const sockets = new Set<Socket>();
  let lostToSlow = 0;
  let server: Server | undefined;
  const { Aedes } = await import('aedes');
  const aedes = await Aedes.createBroker({
    connectTimeout: 5_000,
    drainTimeout: 5_000,
    authenticate(_client, username, password, done) {
      if (credentials === undefined || isSame(credentials, username, password)) done(null, true);
      else done(refusal(), false);
    },
    authorizePublish(_client, { topic, payload, retain }, done) {
      // A command that is kept would be carried out again and again.
      if (commands === undefined || retain || !topic.startsWith(commands.level)) {
        return done(new Error('this broker is for subscribers only'));
      }
      commands.take(topic.slice(commands.level.length), Buffer.from(payload));
      done(null);
    },
    authorizeForward(client, packet) {
      if (commands !== undefined && packet.topic.startsWith(commands.level)) return null;
      if (pendingBytes(client) <= PENDING_BYTES / 2) return packet;
      lostToSlow++;
      return null;
    },
  });

  async function listen(host: string, port: number): Promise<void> {
    // Twice what may wait: a socket never says that it is full, for which the broker would hold up everyone else.
    const candidate = createServer({ highWaterMark: 2 * PENDING_BYTES, noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      aedes.handle(socket);
    });
    candidate.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      candidate.once('error', reject);
      candidate.listen({ host, port, exclusive: true }, () => {
        candidate.off('error', reject);
        resolve();
      });
    });
    server = candidate;
  }

  return {
    listen,
    inject({ topic, payload, retain }, done) {
      const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain, dup: false } as const;
      aedes.publish(packet, () => done());
    },
    get lostToSlow() {
      return lostToSlow;
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        if (server === undefined) resolve();
        else server.close(() => resolve());
      });
      const deadline = setTimeout(() => sockets.forEach((socket) => socket.destroy()), CLOSE_MS);
      for (const socket of sockets) socket.end();
      await closed;
      clearTimeout(deadline);
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

function pendingBytes(client: Client): number {
  return client.conn.writableLength;
}

/** Compares hashes, so that neither length nor time tells anything. */
function isSame(expected: Credentials, username: string | undefined, password: Buffer | undefined): boolean {
  const given = digest(username ?? '', password ?? Buffer.alloc(0));
  return timingSafeEqual(given, digest(expected.username, Buffer.from(expected.password)));
}

function digest(username: string, password: Buffer): Buffer {
  return createHash('sha256')
    .update(`${Buffer.byteLength(username)}:${username}`)
    .update(password)
    .digest();
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('wrong user name or password'), { returnCode: 4 });
}
