/*
 * The worker process of `sensorium bench faults`: model-worker.ts with models that misbehave once when the file that
 * SENSORIUM_FAULT names says how.
 */
import { models } from '../models/index.ts';
import { withFaults } from './bench/faulty-model.ts';
import { serveModels } from './daemon/model-tasks.ts';
import { loadModel, modelFolder } from './inference/index.ts';

const order = process.env['SENSORIUM_FAULT'] ?? '';

void serveModels(
  models,
  async ({ manifest }) => withFaults(await loadModel(manifest, modelFolder()), order),
  process.argv.slice(2),
);
