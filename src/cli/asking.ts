import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { SensoriumError } from '../contract/index.ts';
import { sendCommand, type MessageTypes } from '../publish/index.ts';
import { duration } from './arguments.ts';

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

/** The error that a reply is, where it is one. @throws SensoriumError E_USAGE */
export function refuse({ status, what, verb }: MessageTypes['Reply']): void {
  if (status === 'refused') throw new SensoriumError('E_USAGE', what, { path: verb });
}
