import { SensoriumError, type Command } from '../../contract/index.ts';
import { COMMAND_LEVEL } from '../commands.ts';
import type { MessageTypes } from '../schema/messages.ts';

/** Where a command goes, and how long its reply is waited for. */
export interface CommandOptions {
  readonly prefix: string;
  /** `undefined`: the one that is there. */
  readonly robot: string | undefined;
  readonly withinMs: number;
}

/**
 * Sends a command over MQTT and waits for its reply. Its `id` is what the reply is known by.
 * @throws SensoriumError E_CONNECT where no broker, no robot or no reply comes, at once where all robots that may be meant are offline
 */
export async function sendCommand(
  url: string,
  { verb, args }: Command & { readonly args: { readonly id: string } },
  { prefix, robot, withinMs }: CommandOptions,
): Promise<MessageTypes['Reply']> {
  const { connect } = await import('mqtt');
  const shown = url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1');
  const client = connect(url, { protocolVersion: 4, reconnectPeriod: 0, connectTimeout: withinMs });
  let waitedFor = 'nothing answers there';
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (): void => reject(new SensoriumError('E_CONNECT', waitedFor, { path: shown }));
      timer = setTimeout(fail, withinMs);
      client.on('error', () => undefined);
      client.on('close', fail);
      const send = (name: string): void => {
        waitedFor = `no reply of ${name} within ${withinMs / 1000} s; does it take commands (publish.commands)?`;
        client.publish(`${prefix}/${name}/${COMMAND_LEVEL}/${verb}`, JSON.stringify(args), { qos: 1 });
      };
      client.on('connect', () => {
        waitedFor = 'no robot is there';
        client.subscribe([`${prefix}/${robot ?? '+'}/replies`, `${prefix}/${robot ?? '+'}/state`], () => {
          // What a broker retains has come once it acknowledges what was asked for after it.
          client.subscribe(`${prefix}/${robot ?? '+'}/replies`, () => {
            isToldAll = true;
            if (isSent) return;
            if (offline !== undefined) fail();
            else if (robot !== undefined) begin(robot);
          });
        });
      });
      const begin = (name: string): void => {
        isSent = true;
        send(name);
      };
      let isSent = false;
      let isToldAll = false;
      let offline: string | undefined;
      client.on('message', (topic, payload) => {
        const [name, what] = topic.slice(prefix.length + 1).split('/');
        if (what === 'state' && !isSent) {
          const { state, why } = JSON.parse(payload.toString()) as MessageTypes['RobotState'];
          if (state !== 'offline') return begin(name);
          offline = name;
          waitedFor = `${name} is offline${why === undefined ? '' : `: ${why}`}`;
          if (isToldAll) fail();
        } else if (what === 'replies') {
          const reply = JSON.parse(payload.toString()) as MessageTypes['Reply'];
          if (reply.id === args.id) resolve(reply);
        }
      });
    });
  } finally {
    clearTimeout(timer);
    client.removeAllListeners('close');
    await client.endAsync(true);
  }
}
