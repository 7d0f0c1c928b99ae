import { connect, createServer, type Server, type Socket } from 'node:net';
import type { PromisifiedBus } from 'i2c-bus';

/*
 * A bus behind a Unix socket, for chips that are not there. Asked: address, 0 to write or 1 to read, the number of bytes (16 bits,
 * little endian), and those that are written. Answered in order: 0 for done or 1 where no chip answers, the number, and those read.
 */

const ASKED = 4;
const ANSWERED = 3;

/** A transfer on an emulated bus; `undefined` where no chip has that address. What is read, or nothing. */
export type AnswerTransfer = (address: number, written: Uint8Array, toRead: number) => Uint8Array | undefined;

/** Puts emulated chips behind sockets. The server does not listen yet. */
export function serveI2c(answer: AnswerTransfer): { readonly server: Server; readonly close: () => Promise<void> } {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let waiting: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= ASKED) {
        const [address, isRead] = waiting;
        const count = waiting.readUInt16LE(2);
        const end = ASKED + (isRead === 0 ? count : 0);
        if (waiting.length < end) return;
        const answered = answer(address, waiting.subarray(ASKED, end), isRead === 0 ? 0 : count);
        waiting = waiting.subarray(end);
        const head = Buffer.from([answered === undefined ? 1 : 0, 0, 0]);
        head.writeUInt16LE(answered?.length ?? 0, 1);
        socket.write(Buffer.concat([head, answered ?? Buffer.alloc(0)]));
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  let closing: Promise<void> | undefined;
  return {
    server,
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closing;
    },
  };
}

interface Asked {
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** Opens such a bus. @throws the system's error where nobody serves it */
export async function connectI2c(path: string): Promise<PromisifiedBus> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const asked: Asked[] = [];
  let waiting: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= ANSWERED && waiting.length >= ANSWERED + waiting.readUInt16LE(1)) {
      const end = ANSWERED + waiting.readUInt16LE(1);
      const its = asked.shift();
      if (waiting[0] === 0) its?.resolve(waiting.subarray(ANSWERED, end));
      else its?.reject(failure('ENXIO'));
      waiting = waiting.subarray(end);
    }
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(() => {
    for (const { reject } of asked.splice(0)) reject(failure('EPIPE'));
  });
  const ask = (address: number, isRead: boolean, count: number, bytes: Uint8Array): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(failure('EPIPE'));
      asked.push({ resolve, reject });
      const head = Buffer.from([address, isRead ? 1 : 0, 0, 0]);
      head.writeUInt16LE(count, 2);
      socket.write(Buffer.concat([head, bytes]));
    });
  return {
    async i2cRead(address, length, buffer) {
      return { bytesRead: (await ask(address, true, length, Buffer.alloc(0))).copy(buffer) };
    },
    async i2cWrite(address, length, buffer) {
      await ask(address, false, length, buffer.subarray(0, length));
      return { bytesWritten: length };
    },
    async close() {
      socket.destroy();
      await closed;
    },
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
