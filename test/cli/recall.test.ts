import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { VIRTUAL_EPOCH } from '../../src/cli/simulate.ts';
import { readConfig } from '../../src/config/index.ts';
import { packEmbedding, unpackEmbedding, type RecallAnswer } from '../../src/contract/index.ts';
import { NS_PER_SECOND, stampOf, type InputNumber } from '../../src/frame/index.ts';
import { sendCommand, subscribe, type MessageTypes } from '../../src/publish/index.ts';
import { createLogWriter } from '../../src/record/index.ts';
import { prepareStreams, sessionHeaderOf } from '../../src/replay/index.ts';
import { copyOf, microModel } from '../hub/support.ts';
import { freePort } from '../publish/support/publishing.ts';
import { embedding } from '../recall/support.ts';
import { SMALL_ROBOT, startLive, type LiveRun } from '../support/live.ts';
import { sensorium } from '../support/program.ts';
import { workerProgram } from '../support/workers.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-recall-'));
const memory = join(folder, 'memory');
const log = join(folder, 'drive.mcap');
const MODEL = `${microModel('clip')}:fp32`;
/** Models, and a daemon, on a busy machine. */
const PATIENCE_MS = 300_000;
let run: LiveRun;
let mqtt: string;

/** A robot whose camera is embedded and remembered. All is new, so that the memory fills. */
beforeAll(async () => {
  const port = await freePort();
  mqtt = `mqtt://127.0.0.1:${port}`;
  run = await startLive(
    log,
    { embeddings: { camera: { model: MODEL, hz: 10, alike: 1, deadlineMs: 60_000 } } },
    { recallWorker: workerProgram('recall-worker') },
    {
      sources: { robot: SMALL_ROBOT },
      recall: { path: memory, deadlineMs: 60_000 },
      publish: { mqtt: { port }, zeromq: { enabled: false } },
    },
  );
  await run.until(() => run.answers.filter(({ id }) => id.startsWith('remember/')).length > 25);
}, PATIENCE_MS);
afterAll(async () => {
  await run.daemon.stop();
  rmSync(folder, { recursive: true });
});

let asked = 0;
function ask(verb: string, args: object): Promise<MessageTypes['Reply']> {
  asked += 1;
  const options = { prefix: 'sensorium', robot: undefined, withinMs: PATIENCE_MS };
  return sendCommand(mqtt, { verb, args: { ...args, id: String(asked) } }, options);
}

/** The first message of a topic. */
async function first(topic: string): Promise<unknown> {
  let tell: (message: unknown) => void = () => undefined;
  const heard = new Promise((resolve) => (tell = resolve));
  const listener = { heard: ({ payload }: { payload: Buffer }) => tell(JSON.parse(payload.toString())), lost: tell };
  const subscription = await subscribe(mqtt, [topic], listener);
  const message = await heard;
  await subscription.close();
  return message;
}

/** A recording in which an encoder saw something else every 10 s. */
async function recordNight(name: string, count: number, sha256: string, dims: number): Promise<string> {
  const path = join(folder, name);
  const nothing = prepareStreams([], readConfig({}, drivers), VIRTUAL_EPOCH);
  const writer = await createLogWriter(path, sessionHeaderOf(nothing, '0'));
  for (let i = 0; i < count; i += 1) {
    const output = { sha256, embedding: packEmbedding(embedding(i, dims)) };
    const at = stampOf((10 * i + 1) * NS_PER_SECOND);
    const its = { kind: 'effect', at, id: `embed/camera/x/${i}`, outcome: { status: 'done', output } } as const;
    writer.tap({ ...its, number: i as InputNumber, now: at });
  }
  await writer.close({ digest: '', inputs: 0, published: 0 });
  return path;
}

describe('a running daemon that remembers', () => {
  it(
    'is asked, watches, forgets, and replays without model and memory',
    async () => {
      const { answer, status } = await ask('find', { words: 'a red mug', top: 3 });
      expect(status).toBe('done');
      const remembered = answer?.found.filter(({ from }) => from === 'memory') ?? [];
      expect(remembered).toHaveLength(3);
      const similarities = remembered.map(({ similarity }) => similarity);
      expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
      for (const { id, thumbnail, confidence } of remembered) {
        expect(id).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeGreaterThanOrEqual(0);
        // A JPEG.
        expect([...Buffer.from(thumbnail ?? '', 'base64').subarray(0, 2)]).toEqual([0xff, 0xd8]);
      }
      // An embedding is recorded, its thumbnail is not.
      const embedded = run.answers.find(({ id }) => id.startsWith('embed/'));
      expect(Object.keys((embedded?.outcome as { output: object }).output)).toEqual(['sha256', 'embedding']);

      const { what } = await ask('watch', { words: 'anything', name: 'any', threshold: -1 });
      expect(what).toBe('any watches for anything, from similarity -1.0000 on');
      expect(await first('sensorium/+/watch/any')).toMatchObject({ name: 'any', words: 'anything', stream: 'camera' });
      const early = await ask('watch', { words: 'a red mug', name: 'mug' });
      expect(early.what).toMatch(
        /h of memory are too little for 1 false alarms an hour, which takes 0\.08 h; or give a threshold$/,
      );

      const { lesson } = await ask('teach', { name: 'that' });
      expect(lesson?.learnt).toMatchObject({ name: 'that', examples: 1, stream: 'camera' });
      expect(readFileSync(join(memory, 'taught.json'), 'utf8')).toContain('"name":"that"');
      expect((await ask('find', { words: 'that' })).answer).toMatchObject({ examples: 1 });

      // By a recording without it.
      const { output } = embedded?.outcome as unknown as { readonly output: { sha256: string; embedding: string } };
      const of = [output.sha256, unpackEmbedding(output.embedding)?.length ?? 0] as const;
      const night = await recordNight('night.mcap', 40, ...of);
      const watching = await sensorium(['watch', 'that', '--per-hour', '30', '--log', night, '--mqtt', mqtt]);
      expect(watching.stderr).toMatch(/^threshold 0\.\d{4} by 0\.11 h of .*night\.mcap$/m);
      expect(watching.stdout).toMatch(/^that watches for that, taught by 1 example, from similarity 0\.\d{4} on$/);
      const short = ['--log', await recordNight('short.mcap', 5, ...of), '--mqtt', mqtt];
      const tooShort = await sensorium(['watch', 'that', ...short]);
      expect(tooShort.stderr).toMatch(
        /0\.01 h of embeddings of this encoder are too little .*, which takes 0\.08 h \(E_FILE_FORMAT\)$/m,
      );
      const untaught = await sensorium(['watch', 'it', '--log', night, '--mqtt', mqtt]);
      expect(untaught.stderr).toMatch(
        /expected a dual encoder, for nothing is taught as "it"; got nothing \(E_USAGE\)/,
      );

      const [{ id = -1, thumbnail = '' }] = remembered;
      const bytes = Buffer.from(thumbnail, 'base64');
      const files = (): Buffer[] => readdirSync(memory).map((name) => readFileSync(join(memory, name)));
      expect(files().some((content) => content.includes(bytes))).toBe(true);
      expect((await ask('forget', { ids: [id] })).what).toBe('1 pictures are forgotten');
      expect(files().some((content) => content.includes(bytes))).toBe(false);

      const told = await sensorium(['find', 'a red mug', '--mqtt', mqtt, '--within', '200s']);
      expect([told.exitCode, told.stdout]).toEqual([0, expect.stringContaining('"a red mug"') as string]);
      await run.daemon.stop();
      const replayed = await sensorium(['replay', log, '--verify', '--json'], {
        SENSORIUM_MODELS: join(folder, 'none'),
      });
      // A busy machine leaves gaps, which are told: the digest is what counts.
      expect(replayed.exitCode).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'leaves a memory that is looked through, embedded anew for another model, and forgotten',
    async () => {
      const { stdout } = await sensorium(['find', 'a red mug', '--memory', memory, '--model', MODEL, '--json']);
      const { count, found } = JSON.parse(stdout) as RecallAnswer;
      expect(count).toBeGreaterThan(20);
      expect(found).toHaveLength(10);
      const siglip = `${copyOf('siglip', folder)}:fp32`;
      const other = await sensorium(['find', 'a mug', '--memory', memory, '--model', siglip]);
      expect(other.stderr).toMatch(/"sensorium memory reembed" embeds it anew \(E_CONFIG_CONFLICT\)\n$/);
      const anew = await sensorium(['memory', 'reembed', memory, '--model', siglip, '--json']);
      expect(anew.stderr).toBe('');
      expect(JSON.parse(anew.stdout)).toMatchObject({ embedded: count, taught: { that: 1 }, lost: {} });
      const info = await sensorium(['memory', 'info', memory, '--json']);
      expect(JSON.parse(info.stdout)).toMatchObject({ count, damaged: 0, encoder: { dims: 24 } });
      const all = await sensorium(['memory', 'forget', memory, '--last', '1h']);
      expect(all.stdout).toBe(`${count} pictures are forgotten, and 1 example of what was taught`);
      expect(readdirSync(memory).filter((name) => name.endsWith('.log'))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it.each([
    [['find', 'a', '--memory', '/nowhere', '--model', MODEL], /expected the folder of a memory \(E_FILE_MISSING\)\n$/],
    [['find', 'a', '--memory', 'a', '--in', 'b'], /--in and --memory exclude each other \(E_USAGE\)\n$/],
    [['memory', 'forget', folder], /expected --last, --id, --taught or --all, got none \(E_USAGE\)\n$/],
    // Whether it is taught is the daemon's to tell.
    [['watch', 'a', '--log', log, '--mqtt', 'mqtt://127.0.0.1:9'], /nothing answers there \(E_CONNECT\)\n$/],
  ])(
    '%j is refused in one line',
    async (args, why) => {
      const { exitCode, stderr } = await sensorium(args);
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(why);
    },
    PATIENCE_MS,
  );
});
