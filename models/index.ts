import type { ModelDefinition } from '../src/contract/index.ts';
import { fastestdet } from './fastestdet/adapter.ts';
import { mobilenetV1Embedding } from './mobilenet-v1-embedding/adapter.ts';
import { yamnet } from './yamnet/adapter.ts';

/** Every model of this build. */
export const models: readonly ModelDefinition[] = [fastestdet, mobilenetV1Embedding, yamnet];
