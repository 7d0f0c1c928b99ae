/**
 * Listens to simulated worlds with a sound model and says how often it is right: whether it hears speech where people speak, and
 * where nobody does.
 *
 *   sensorium simulate --worlds 8 --seed 1 --split test --duration 60s --out worlds
 *   node dist/examples/hearing.js worlds/*.mcap
 *
 * A window counts as speech where words that can be understood (stream `speech`: within 5 m, in the robot's room) fill half of it, and
 * as quiet where nobody speaks anywhere (stream `scene`). The others are left out.
 */
import { fileURLToPath } from 'node:url';
import { drivers } from '../drivers/index.ts';
import { models } from '../models/index.ts';
import { startRerun } from '../src/cli/replay-models.ts';
import { readConfig, type Section } from '../src/config/index.ts';
import { NS_PER_SECOND } from '../src/frame/index.ts';
import { decode, type MessageTypes } from '../src/publish/index.ts';
import { openLog, replayEntries } from '../src/record/index.ts';
import { pipelineOf, prepareLog, runThrough } from '../src/replay/index.ts';

/** s. */
type Interval = readonly [from: number, to: number];

/** What became of the windows of one kind. */
interface Tally {
  windows: number;
  voiceActive: number;
  speechInTop3: number;
  voice: number;
  readonly best: Map<string, number>;
}

const PERCEPTION = { sounds: { microphones: { model: 'yamnet', threshold: 0.1 } } };
const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const tallies = { speech: tally(), quiet: tally() };

for (const file of process.argv.slice(2)) await listen(file);
console.log(JSON.stringify({ speech: summary(tallies.speech), quiet: summary(tallies.quiet) }, undefined, 1));

async function listen(file: string): Promise<void> {
  const log = await openLog(file);
  const config = readConfig({ ...(log.session?.configuration as Section), perception: PERCEPTION }, drivers);
  const context = {
    drivers,
    devices: [],
    programs: [],
    models,
    embedded: {},
    version: '',
    home: '',
    main,
    out: console.log,
    err: console.error,
  };
  const worker = await startRerun(log, config, context);
  const { rerun } = worker;
  const heard: MessageTypes['Sounds'][] = [];
  const words: Interval[] = [];
  const voices: Interval[] = [];
  const pipeline = pipelineOf(
    prepareLog(log, config),
    ({ schema, payload }) => {
      if (schema === 'Sounds') heard.push(decode(payload, 'Sounds'));
    },
    { request: rerun.request },
  );
  await runThrough(replayEntries(log), {
    pipeline,
    odom: 'odom',
    rerun,
    tap(input) {
      if (input.kind !== 'frame') return;
      const { measurement, received } = input.arrival;
      const at = received / NS_PER_SECOND;
      // Words are told when they are over; the truth is told 15 times a second.
      if (measurement.kind === 'text') words.push([at - measurement.duration, at]);
      else if (measurement.kind === 'scene' && measurement.objects.some(({ doing }) => doing.includes('speaking'))) {
        voices.push([at - 0.1, at + 0.1]);
      }
    },
  });
  await worker.close();
  const epoch = Number(log.epoch) / 1e9;
  for (const { timestamp, end, voice, events } of heard) {
    const from = timestamp.sec + timestamp.nsec / 1e9 - epoch;
    const to = end.sec + end.nsec / 1e9 - epoch;
    const its = kindOf([from, to], words, voices);
    if (its === undefined) continue;
    its.windows += 1;
    its.voice += voice.score;
    if (voice.active) its.voiceActive += 1;
    if (events.slice(0, 3).some(({ label }) => label === 'Speech')) its.speechInTop3 += 1;
    const best = events.at(0)?.label ?? 'nothing';
    its.best.set(best, (its.best.get(best) ?? 0) + 1);
  }
}

function kindOf(window: Interval, words: readonly Interval[], voices: readonly Interval[]): Tally | undefined {
  const said = words.reduce((sum, one) => sum + overlap(one, window), 0);
  if (said >= (window[1] - window[0]) / 2) return tallies.speech;
  return said === 0 && voices.every((one) => overlap(one, window) === 0) ? tallies.quiet : undefined;
}

function overlap(a: Interval, b: Interval): number {
  return Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]));
}

function tally(): Tally {
  return { windows: 0, voiceActive: 0, speechInTop3: 0, voice: 0, best: new Map() };
}

function summary({ windows, voiceActive, speechInTop3, voice, best }: Tally): object {
  const share = (count: number): number => Math.round((1000 * count) / windows) / 1000;
  const sorted = [...best].sort(([, a], [, b]) => b - a).slice(0, 6);
  return {
    windows,
    voiceActive: share(voiceActive),
    speechInTop3: share(speechInTop3),
    meanVoice: share(voice),
    bestLabels: Object.fromEntries(sorted.map(([label, count]) => [label, share(count)])),
  };
}
