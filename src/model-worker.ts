/*
 * The worker process that runs models: beside `compose.ts` the only file that imports `models/`. Its arguments are the names of
 * the models to load before the first question.
 */
import { models } from '../models/index.ts';
import { serveModels } from './daemon/model-tasks.ts';
import { loadModel, modelFolder } from './inference/index.ts';

void serveModels(models, ({ manifest }) => loadModel(manifest, modelFolder()), process.argv.slice(2));
