import type { Answerer } from './answerer.ts';
import { openChatServer, type ChatServerOptions } from './chat-server.ts';
import { referenceOf } from './layout.ts';
import type { OpenOptions } from './network.ts';
import { openVisionLanguage } from './vision-language.ts';

/**
 * Opens what answers: a model of a hub in the store or a folder, or a server by its address.
 * @param store folder of models
 * @param model `owner/name`, a path, or `http://host:port/v1#name`
 * @throws SensoriumError E_MODEL_PATH, E_USAGE, E_CONNECT, and with every code of a model that does not open
 */
export async function openAnswerer(
  store: string,
  model: string,
  options: Omit<OpenOptions, 'precision'> & ChatServerOptions = {},
): Promise<Answerer> {
  if (/^https?:\/\//.test(model)) return openChatServer(model, options);
  const { folder, precision } = referenceOf(store, model);
  return openVisionLanguage(folder, { ...options, precision });
}
