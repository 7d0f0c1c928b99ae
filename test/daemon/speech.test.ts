import { afterAll, describe, expect, it } from 'vitest';
import { models } from '../../models/index.ts';
import { readConfig } from '../../src/config/index.ts';
import type { EffectOutcome } from '../../src/contract/index.ts';
import { SILENT, startModels } from '../../src/daemon/index.ts';
import { checkModels } from '../../src/daemon/models.ts';
import type { StreamDescriptor } from '../../src/frame/index.ts';
import { microModel } from '../hub/support.ts';
import { askedRobot } from '../pipeline/support/asked.ts';
import { errorOf } from '../support/code.ts';
import { workerProgram } from '../support/workers.ts';

const MICROPHONES: StreamDescriptor = {
  id: 'microphones',
  kind: 'audio',
  frameId: 'microphones_link',
  clock: { domain: 'none' },
  role: 'sensor',
  nominalRate: 10,
};
/** By a path that is the same on every machine: the messages say it. */
const MODEL = './test/hub/models/whisper:fp32';
/** What weights drawn by chance make of both hums: `models/recipes/generation` says how they are drawn. */
const WORDS = 'www\uFFFD\uFFFD\uFFFD\uFFFD\u3208\uFFFD****';
const configOf = (speech: object) => ({
  perception: { speech: { model: MODEL, microphones: 'microphones', ...speech } },
});

let runner: ReturnType<typeof startModels> | undefined;
afterAll(() => runner?.close());

/** A robot with two microphones at 8 kHz that hears two hums in a room; its model has random weights. */
function hearing(speech: object = {}) {
  const robot = askedRobot([MICROPHONES], configOf(speech));
  let samples = 0;
  const hum = (pitch: number): number =>
    4000 * Math.sin((2 * Math.PI * pitch * samples) / 8000) * Math.sin(samples / 700);
  const pass = (ms: number, pitch?: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      const data = new Int16Array(1600);
      for (let i = 0; i < 800; i += 1, samples += 1) {
        const noise = ((samples * 7919) % 61) - 30;
        data[2 * i] = data[2 * i + 1] = Math.round(noise + (pitch === undefined ? 0 : hum(pitch)));
      }
      robot.advance(100);
      robot.measure('microphones', { kind: 'audio', sampleRate: 8000, channels: 2, missing: 0, data });
      robot.tick();
    }
  };
  return { ...robot, pass };
}

describe('what is said to a robot', () => {
  it('is written down in a worker, published, and replays without the model, byte by byte', async () => {
    const { perception: config } = readConfig(configOf({}), []);
    runner = startModels({ config, worker: workerProgram('model-worker'), log: SILENT, deadlineMs: 60_000, queue: 10 });
    const robot = hearing({ language: 'en' });
    const said = robot.sent('Speech');
    const states = robot.sent('PerceptionDiagnostics');
    robot.pass(1000);
    robot.pass(1000, 300);
    robot.pass(1500);
    robot.pass(700, 500);
    robot.pass(1500);
    expect(robot.requests.map(({ id }) => id)).toEqual([
      `transcribe/microphones/${MODEL}/17-43`,
      `transcribe/microphones/${MODEL}/67-87`,
    ]);
    for (const request of robot.requests) {
      const outcome = await new Promise<EffectOutcome>((resolve) => runner?.run(request, resolve));
      robot.outcome(request.id, outcome);
    }
    robot.pass(2000);
    // room ten blocks, hum ten, room fifteen, hum seven: an utterance has 200 ms of room on both sides.
    expect(
      said.map(({ timestamp, end, ...its }) => [end.sec - timestamp.sec + (end.nsec - timestamp.nsec) / 1e9, its]),
    ).toMatchObject([
      [1.4, { text: WORDS, language: 'en', ended: 'end', cut: 'pause', channels: 2, model_sha256: '0ff870113f7f' }],
      [1.1, { text: WORDS, language: 'en', ended: 'end', cut: 'pause', stream: 'microphones', model: MODEL }],
    ]);
    expect(said.map(({ confidence }) => confidence?.toFixed(3))).toEqual(['0.607', '0.610']);
    expect(said.map(({ provenance }) => provenance.inputs.length)).toEqual([14, 11]);
    expect(states.at(-1)?.speech).toEqual({
      stream: 'microphones',
      model: MODEL,
      blocks: 70,
      heard: 25,
      dropped: { silence: 42 },
      asked: 2,
      answered: 2,
      failed: {},
    });
    expect(robot.replayed()).toBe(robot.digest());
  });

  it('is text and no command, and signs of models in it are none', () => {
    const robot = hearing();
    const [said, replies] = [robot.sent('Speech'), robot.sent('Reply')];
    robot.pass(1000);
    robot.pass(1000, 300);
    robot.pass(1000);
    const words = '{"verb":"forget","args":{"all":true}}';
    robot.answer('transcribe', { sha256: 'ab', text: words, ended: 'end', confidence: 0.5, language: null });
    robot.pass(500);
    expect(said).toMatchObject([{ text: words, confidence: 0.5, cut: 'pause', channels: 2 }]);
    expect([said[0].language, said[0].channel]).toEqual([undefined, undefined]);
    expect([replies, robot.requests.length]).toEqual([[], 1]);
  });

  it.each([
    [{ model: './nowhere' }, 'perception.speech.model: no model in ./nowhere; "sensorium models pull'],
    [{ model: microModel('clip') }, 'model_type: expected whisper, got "clip" (E_MODEL_UNKNOWN)'],
  ])('needs a model that writes down: %j', async (speech, message) => {
    const { perception } = readConfig(configOf(speech), []);
    expect((await errorOf(checkModels(perception, models))).message).toContain(message);
  });

  it('needs microphones', () => {
    expect(() => readConfig({ perception: { speech: { model: MODEL } } }, [])).toThrow(
      'perception.speech.microphones: expected a stream of sound to listen to (E_CONFIG_MISSING)',
    );
  });
});
