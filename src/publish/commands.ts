import { showValue, type Command } from '../contract/index.ts';
import { isLoopback, type PublishConfig } from './config.ts';

/** Takes a command that somebody sent. */
export type TakeCommand = (command: Command) => void;

/** Level of a topic below which commands are sent: `<prefix>/<robot>/cmd/<verb>`. */
export const COMMAND_LEVEL = 'cmd';

/** Bytes that a command may have: eight examples of 1024 numbers are 45 kB. */
const MOST_BYTES = 65_536;
const VERB = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Reads a command: its verb, and a JSON object with what it is about, or nothing.
 * @returns the command, or why it is none
 */
export function parseCommand(verb: string, payload: Uint8Array): Command | string {
  if (!VERB.test(verb)) return `expected a verb, got ${showValue(verb)}`;
  if (payload.length > MOST_BYTES) return `expected at most ${MOST_BYTES} bytes, got ${payload.length}`;
  if (payload.length === 0) return { verb, args: {} };
  try {
    const args: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    if (typeof args === 'object' && args !== null && !Array.isArray(args)) return { verb, args: { ...args } };
  } catch {
    // Said below.
  }
  return 'expected a JSON object';
}

/** Whether commands are taken over MQTT: where nobody says, only from this machine. */
export function takesMqttCommands({ commands, mqtt }: PublishConfig): boolean {
  return commands ?? (mqtt.url === undefined && isLoopback(mqtt.host));
}

/** Whether commands are taken over ZeroMQ, at their own port. */
export function takesZeroMqCommands({ commands, zeromq }: PublishConfig): boolean {
  return zeromq.commandPort !== undefined && (commands ?? isLoopback(zeromq.host));
}
