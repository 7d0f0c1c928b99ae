import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { start } from '../support/program.ts';

/** A port that something listens on. */
async function taken(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const QUIET = [
  '--set',
  'publish.mqtt.enabled=false',
  '--set',
  'publish.zeromq.enabled=false',
  '--set',
  'web.enabled=false',
  '--log-level',
  'error',
];

describe('sensorium run', () => {
  it('without a terminal prints JSON lines and ends by itself with a summary', async () => {
    const ending = await start(['run', '--duration', '3s', '--log-level', 'error']).ended;
    expect(ending.exitCode).toBe(0);
    const lines = ending.stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const [first] = lines;
    expect(first).toMatchObject({
      robot: 'robot',
      subscribe: {
        mqtt: { connected: true },
        zeromq: { connected: true },
        web: { connected: true, command: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) as string },
      },
    });
    expect(Object.keys(first['streams'] as object).length).toBeGreaterThan(0);
    expect(lines.at(-1)).toMatchObject({ summary: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string } });
    expect(lines.length).toBeGreaterThanOrEqual(3);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops in order at %s, with a summary', async (signal) => {
    const program = start(['run', ...QUIET]);
    await program.line((line) => line.includes('"streams"'));
    program.child.kill(signal);
    const ending = await program.ended;
    expect(ending).toMatchObject({ exitCode: 0, signal: null });
    expect(ending.stdout.split('\n').at(-1)).toContain('"summary"');
  });

  it('is over at once at a second signal', async () => {
    const program = start(['run', ...QUIET]);
    await program.line((line) => line.includes('"streams"'));
    program.child.kill('SIGINT');
    program.child.kill('SIGINT');
    const { exitCode, signal } = await program.ended;
    // The second one may come after the orderly end, be merged with the first by the kernel, or meet a process whose
    // handlers are gone because it is ending already.
    expect([0, 130, 'SIGINT']).toContain(exitCode ?? signal);
  });

  it('refuses a configured port that is taken, in one line', async () => {
    const { server, port } = await taken();
    try {
      const ending = await start(['run', '--set', `publish.mqtt.port=${port}`, '--log-level', 'silent']).ended;
      expect(ending).toMatchObject({ exitCode: 69, stdout: '' });
      expect(ending.stderr).toBe(`publish.mqtt.port: port ${port} is taken on 127.0.0.1 (E_PORT_IN_USE)\n`);
    } finally {
      server.close();
    }
  });

  it('moves on from a default port that is taken, and says so', async () => {
    const first = start(['run', '--log-level', 'silent']);
    await first.line((line) => line.includes('"streams"'));
    const second = start(['run', '--log-level', 'silent']);
    const line = await second.line((text) => text.includes('"streams"'));
    first.child.kill('SIGINT');
    second.child.kill('SIGINT');
    const [, ending] = await Promise.all([first.ended, second.ended]);
    expect(ending.stderr).toMatch(/mqtt: port 1883 is taken, using \d+\n/);
    expect((JSON.parse(line) as { notices: string[] }).notices.join()).toContain('is taken, using');
  });
});
