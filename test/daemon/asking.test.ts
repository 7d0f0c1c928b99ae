import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sendCommand, type MessageTypes } from '../../src/publish/index.ts';
import { openLog, replayEntries } from '../../src/record/index.ts';
import { configOfLog, pipelineOf, prepareLog, runThrough } from '../../src/replay/index.ts';
import { drivers } from '../../drivers/index.ts';
import { startMosquitto, type Mosquitto } from '../publish/support/mosquitto.ts';
import { freePort } from '../publish/support/publishing.ts';
import { startLive, type LiveRun } from '../support/live.ts';
import { describeWithTools } from '../support/requirements.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'config', 'simulation.yaml');
const folder = mkdtempSync(join(tmpdir(), 'sensorium-asking-'));
const log = join(folder, 'drive.mcap');
interface Example {
  readonly sources: { readonly robot: { readonly streams: Readonly<Record<string, object>> } };
  readonly perception: { readonly answers: object };
  readonly recall: object;
}

/** A description that nobody asked for. */
const isSaid = ({ id, outcome }: LiveRun['answers'][number]): boolean =>
  id.startsWith('describe/every/') && outcome.status === 'done';

/** Models, and a daemon, on a busy machine. */
const PATIENCE_MS = 300_000;
/** Pixels of a thing that is clearly in view: a thirtieth of the picture. */
const CLEAR = (160 * 120) / 30;
/** What its world has much of; rounds in which each is asked about, the least that are right, and the descriptions from one round to the next. */
const COMMON = ['door', 'table', 'cabinet', 'person'];
const ROUNDS = 4;
const LEAST = 0.75;
const APART = 1;

describeWithTools(['mosquitto'], 'the simulated robot of config/simulation.yaml', () => {
  let broker: Mosquitto;
  let run: LiveRun;

  beforeAll(async () => {
    broker = await startMosquitto(await freePort());
    const example = parse(readFileSync(EXAMPLE, 'utf8')) as Example;
    const publish = { commands: true, mqtt: { url: broker.url }, zeromq: { enabled: false } };
    // Its eyes and ears, what is asked about them, and little else: a busy machine has to keep up.
    const { camera, microphones, scene } = example.sources.robot.streams;
    const off = { enabled: false };
    const streams = { camera, microphones, scene, depth: off, speech: off, imu: { rate: 100 } };
    const sources = { robot: { ...example.sources.robot, streams } };
    const answers = { ...example.perception.answers, describeSeconds: 1 };
    run = await startLive(
      log,
      { ...example.perception, answers },
      {},
      { robot: 'simulated', sources, recall: example.recall, shedding: { order: [] }, publish },
    );
    // Pictures and sound of two seconds, and the first description, for which the model was opened.
    await run.until(() => run.answers.some(isSaid));
  }, PATIENCE_MS);
  afterAll(async () => {
    await broker.kill();
    await run.daemon.stop();
    rmSync(folder, { recursive: true });
  });

  let asked = 0;
  function command(verb: string, args: object = {}): Promise<MessageTypes['Reply']> {
    asked += 1;
    const options = { prefix: 'sensorium', robot: 'simulated', withinMs: PATIENCE_MS };
    return sendCommand(broker.url, { verb, args: { ...args, id: String(asked) } }, options);
  }

  async function ask(verb: string, args: object = {}): Promise<NonNullable<MessageTypes['Reply']['said']>> {
    const { said, what } = await command(verb, args);
    if (said === undefined) throw new Error(what);
    return said;
  }

  /** Whether something of a class is clearly in view, by the truth that was told last; `undefined` where one could argue. */
  function isThere(label: string): boolean | undefined {
    const seen = run.scene()?.objects.filter((its) => its.label === label && its.boxes['camera'] !== undefined) ?? [];
    const clear = seen.some(({ boxes: { camera } }) => camera.visible >= 0.7 && (camera.pixels ?? 0) >= CLEAR);
    return clear ? true : seen.length > 0 ? undefined : false;
  }

  /** Whatever is seen gets a name, as soon as anything is. */
  async function teach(name: string): Promise<MessageTypes['Reply']> {
    for (;;) {
      const reply = await command('teach', { name });
      if (reply.status === 'done') return reply;
      const before = run.answers.length;
      await run.until(() => run.answers.length > before);
    }
  }

  it(
    'answers over MQTT as the truth has it, describes, watches, is taught, imagines, and replays without the models',
    async () => {
      // What is there, and what is not: as the truth has it before and after.
      const answers: { readonly truth: string; readonly answer: string }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const label of COMMON) {
          const before = isThere(label);
          const seen = await ask('ask', { question: `is there a ${label} in view?` });
          expect([seen.model, seen.precision, seen.unknown_words]).toEqual(['simulated-clips', 'q8', []]);
          if (before === undefined || isThere(label) !== before) continue;
          answers.push({ truth: before ? 'yes' : 'no', answer: seen.answer });
        }
        const told = run.answers.length;
        await run.until(() => run.answers.slice(told).filter(isSaid).length >= APART);
      }
      const right = answers.filter(({ truth, answer }) => truth === answer);
      expect([...new Set(right.map(({ truth }) => truth))].sort(), JSON.stringify(answers)).toEqual(['no', 'yes']);
      expect(right.length / answers.length, JSON.stringify(answers)).toBeGreaterThanOrEqual(LEAST);
      const { senses, unknown_words: unknown } = await ask('ask', { question: 'do you see a zqxvj?' });
      expect(unknown).toEqual(['zqxvj']);
      expect(senses.map(({ stream, state }) => [stream, state])).toEqual([
        ['camera', 'well'],
        ['microphones', 'well'],
        ['imu', 'well'],
      ]);
      const { answer, confidence } = await ask('describe');
      expect([answer.length > 10, (confidence ?? 0) > 0]).toEqual([true, true]);
      expect(run.answers.some(({ id }) => id === 'watch/of/ladder/words')).toBe(true);

      const { lesson } = await teach('that');
      expect(lesson).toMatchObject({ learnt: { name: 'that', examples: 1, stream: 'camera' }, threshold: 0.8 });
      const { answer: found } = await command('find', { words: 'that' });
      expect([found?.examples, found?.found.map(({ from }) => from)]).toEqual([1, ['live']]);
      const { imagined } = await command('imagine', { words: 'a red ball and a zqxvj', seed: 3 });
      expect([imagined?.unknown_words, imagined?.model]).toEqual([['zqxvj'], 'simulated-pictures']);
      expect([...Buffer.from(imagined?.picture ?? '', 'base64').subarray(0, 2)]).toEqual([0xff, 0xd8]);
      const { progress } = await command('progress', { picture: imagined?.picture });
      expect(progress).toMatchObject({ goal: 'a picture', senses: [{ stream: 'camera', state: 'well' }] });
      expect(progress?.nearness).toBeGreaterThan(0);

      await run.daemon.stop();
      const recording = await openLog(log);
      const pipeline = pipelineOf(prepareLog(recording, configOfLog(recording, drivers)), () => undefined);
      await runThrough(replayEntries(recording), { pipeline, odom: 'odom' });
      expect(pipeline.digest()).toBe(run.daemon.digest());
    },
    PATIENCE_MS,
  );
});
