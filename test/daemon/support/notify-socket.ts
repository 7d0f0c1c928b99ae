import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON } from '../../support/requirements.ts';

/** systemd's end of NOTIFY_SOCKET: a datagram socket in the file system, which Node has none of. */
export interface NotifySocket {
  readonly path: string;
  /** Everything received so far, one message an entry. */
  readonly messages: readonly string[];
  /** Resolves when a message contains the text. */
  received(text: string): Promise<void>;
  close(): void;
}

const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(s.recv(4096).decode().strip().replace('\\n', ' | '), flush=True)
`;

export async function openNotifySocket(): Promise<NotifySocket> {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-notify-'));
  const path = join(folder, 'socket');
  const receiver = spawn(PYTHON, ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const messages: string[] = [];
  const waiting = new Set<() => void>();
  createInterface(receiver.stdout).on('line', (line) => {
    messages.push(line);
    for (const check of waiting) check();
  });
  const received = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!messages.some((message) => message.includes(text))) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  await received('listening');
  messages.length = 0;
  return {
    path,
    messages,
    received,
    close: () => {
      receiver.kill();
      rmSync(folder, { recursive: true });
    },
  };
}
