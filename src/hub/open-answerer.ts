import type { Answerer } from './answerer.ts';
import { captionerAsAnswerer, openCaptioner } from './caption.ts';
import { openChatServer, type ChatServerOptions } from './chat-server.ts';
import { readDescription } from './description.ts';
import { openFolder } from './folder.ts';
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
  if (isServer(model)) return openChatServer(model, options);
  const { folder, precision } = referenceOf(store, model);
  return openVisionLanguage(folder, { ...options, precision });
}

/**
 * Opens what says what is seen: whatever answers, or a model that writes captions and knows no other question.
 * @throws as {@link openAnswerer}
 */
export async function openDescriber(
  store: string,
  model: string,
  options: Omit<OpenOptions, 'precision'> & ChatServerOptions = {},
): Promise<Answerer> {
  if (isServer(model)) return openAnswerer(store, model, options);
  const { folder, precision } = referenceOf(store, model);
  const { kind } = (await readDescription(await openFolder(folder), ['answers', 'captions'])).family;
  if (kind === 'answers') return openAnswerer(store, model, options);
  return captionerAsAnswerer(await openCaptioner(folder, { ...options, precision }));
}

function isServer(model: string): boolean {
  return /^https?:\/\//.test(model);
}
