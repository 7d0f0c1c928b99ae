import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { SensoriumError } from '../contract/index.ts';
import { sendCommand, type MessageTypes } from '../publish/index.ts';
import { duration } from './arguments.ts';
import { printable } from './printable.ts';
import type { CliContext } from './verb.ts';

/** Where a running daemon is asked. */
export interface AskingOptions {
  readonly mqtt: string;
  readonly prefix: string;
  readonly robot?: string;
  readonly within: number;
}

/** Adds them to a verb. @param within s that a reply is waited for, unless the user says otherwise; unset: up to the verb */
export function askingOptions(verb: Command, within?: number): Command {
  return verb
    .option('--mqtt <url>', 'broker', 'mqtt://127.0.0.1:1883')
    .option('--prefix <prefix>', 'publish.prefix of the daemon', 'sensorium')
    .option('--robot <name>', 'which robot; default: the one that is there')
    .option('--within <time>', 'how long an answer is waited for; 5s, 2m', duration, within);
}

/**
 * Sends a command and waits for its reply.
 * @throws SensoriumError E_CONNECT where none comes
 */
export function askDaemon(
  verb: string,
  args: Readonly<Record<string, unknown>>,
  { mqtt, prefix, robot, within }: AskingOptions,
): Promise<MessageTypes['Reply']> {
  return sendCommand(mqtt, { verb, args: { ...args, id: randomUUID() } }, { prefix, robot, withinMs: 1000 * within });
}

/** Tells a reply: as JSON, or what was done. @throws SensoriumError E_USAGE where it is a refusal */
export function tellReply(reply: MessageTypes['Reply'], isJson: boolean, { out }: CliContext): void {
  const { status, what, verb } = reply;
  if (isJson) out(`${JSON.stringify(reply)}\n`);
  else if (status === 'done') out(`${printable(what)}\n`);
  if (status === 'refused') throw new SensoriumError('E_USAGE', what, { path: verb });
}
