import { Reply as Socket } from 'zeromq';
import type { PublishConfig } from '../config.ts';
import { parseCommand, type TakeCommand } from '../commands.ts';
import { codeOf, listenOn } from '../ports.ts';

/** Commands over ZeroMQ: a REP socket. */
export interface ZeroMqCommands {
  /** Sent by somebody and no commands. */
  readonly refused: number;
  close(): void;
}

/** Commands that may wait. */
const WAITING = 64;

/**
 * Listens for requests of two parts, the verb and a JSON object; answers each with `{"accepted":true}` or `{"refused":"why"}`. What became of
 * an accepted one is published as `replies`.
 * @throws SensoriumError E_PORT_IN_USE, E_CONNECT
 */
export async function listenForCommands(
  { host, commandPort }: PublishConfig['zeromq'],
  take: TakeCommand,
): Promise<ZeroMqCommands> {
  const socket = new Socket({ linger: 0, receiveHighWaterMark: WAITING, sendHighWaterMark: WAITING });
  const authority = host.includes(':') ? `[${host}]` : host;
  const path = 'publish.zeromq.commandPort';
  try {
    await listenOn({ name: 'zeromq', configured: commandPort, standard: 0, host, path }, async (port) => {
      await socket.bind(`tcp://${authority}:${port}`).catch((cause: unknown) => {
        throw Object.assign(new Error('bind', { cause }), { code: codeOf(cause) ?? 'EINVAL' });
      });
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  let refused = 0;
  const answer = async (): Promise<void> => {
    for await (const parts of socket) {
      const [verb, payload = new Uint8Array()] = parts;
      const command = parts.length > 2 ? 'expected two parts' : parseCommand(String(verb), payload);
      if (typeof command === 'string') refused += 1;
      else take(command);
      await socket.send(JSON.stringify(typeof command === 'string' ? { refused: command } : { accepted: true }));
    }
  };
  // Closing it ends the loop, with an error where it was answering.
  void answer().catch(() => undefined);
  return {
    get refused() {
      return refused;
    },
    close: () => socket.close(),
  };
}
