import { dirname, join } from 'node:path';
import type { SensoriumConfig } from '../config/index.ts';
import { SensoriumError } from '../contract/index.ts';
import { checkHeads, checkModels, modelsOf, SILENT, startModels } from '../daemon/index.ts';
import { stampOf } from '../frame/index.ts';
import { headShapes } from '../pipeline/index.ts';
import type { LogReader } from '../record/index.ts';
import { createRerun, type Agreement, type Rerun } from '../replay/index.ts';
import type { CliContext } from './verb.ts';

/** Where a replay has the answers of models from. */
export type InferenceMode = 'recorded' | 'rerun';

/** Longest time of a run, ms: nobody waits for it but the replay. */
const DEADLINE_MS = 60_000;
/** Questions that may wait: as many as a replay asks before it needs an answer. */
const QUEUE = 10_000;

/**
 * Chooses the mode and says so where it may surprise. A recording of ours has its answers, so they are taken unless the user wants
 * otherwise; a log from elsewhere has none, so the models that are configured run.
 */
export function inferenceMode(
  wanted: InferenceMode | undefined,
  log: LogReader,
  config: SensoriumConfig,
  context: CliContext,
): InferenceMode {
  const heads = Object.values(config.fusion.heads).flatMap(({ model }) => (model === undefined ? [] : [model]));
  const { answers, speech } = config.perception;
  const others = [answers.model, speech.model].filter((model) => model !== undefined);
  const models = [...new Set([...modelsOf(config.perception), ...heads, ...others])];
  const names = models.join(', ');
  if (wanted === 'rerun' && models.length === 0) {
    throw new SensoriumError('E_USAGE', 'no model is configured to run again', { path: '--inference' });
  }
  const holds = log.channels.some(({ type }) => type === 'effect');
  if (wanted === undefined && models.length > 0 && !holds) {
    if (log.format !== 'sensorium') {
      context.err(`the log holds no answers of models: ${names} run now (--inference recorded does without)\n`);
      return 'rerun';
    }
    context.err(`the log holds no answers of ${names}: --inference rerun runs them\n`);
  }
  return wanted ?? 'recorded';
}

/** Starts the worker for a rerun. @throws SensoriumError E_CONFIG_RANGE, E_MODEL_* */
export async function startRerun(
  log: LogReader,
  { perception, fusion }: SensoriumConfig,
  { main, models, err }: CliContext,
): Promise<{ readonly rerun: Rerun; close(): Promise<void> }> {
  await checkModels(perception, models);
  const recorded = (await log.answered?.()) ?? new Set<string>();
  const error = (facts: object, message: string): void => err(`${message}: ${JSON.stringify(facts)}\n`);
  const runner = startModels({
    config: perception,
    worker: { script: join(dirname(main), 'model-worker.js') },
    log: { ...SILENT, error },
    deadlineMs: DEADLINE_MS,
    queue: QUEUE,
  });
  await checkHeads(runner, fusion.heads, headShapes(fusion.heads, log.streams), stampOf(0)).catch(
    async (error: unknown) => {
      await runner.close();
      throw error;
    },
  );
  const leastScore = (name: string): number => {
    const model = models.find(({ manifest }) => manifest.name === name);
    return model === undefined || model.kind === 'encoder' ? 0 : model.leastScore;
  };
  return { rerun: createRerun({ run: runner.run, recorded, leastScore }), close: () => runner.close() };
}

/** For people. */
export function agreementInWords(agreement: Agreement): string {
  const { compared, agreed, largestScoreDifference, leastOverlap, tolerance, differing } = agreement;
  const { failedThen, failedNow, notRecorded, notAsked } = agreement;
  const counts = [
    ...Object.entries(failedThen).map(([reason, count]) => `${count} failed then: ${reason}`),
    ...Object.entries(failedNow).map(([reason, count]) => `${count} failed now: ${reason}`),
    ...(notRecorded > 0 ? [`${notRecorded} without a recorded answer`] : []),
    ...(notAsked > 0 ? [`${notAsked} recorded and not asked now`] : []),
  ];
  const within = `overlap ${tolerance.overlap} and score ${tolerance.score}`;
  const most = `largest difference ${largestScoreDifference.toFixed(4)}, least overlap ${leastOverlap.toFixed(4)}`;
  return [
    `models ran again: ${agreed} of ${compared} answers agree within ${within}; ${most}`,
    ...counts,
    ...(differing.length > 0 ? [`differing: ${differing.join(', ')}`] : []),
  ].join('\n  ');
}
