import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { SensoriumError, showValue, type Picture } from '../contract/index.ts';
import { encodePicture, firstLine } from '../inference/index.ts';
import { MOST_TOKENS, type Answer, type AnswerEnd, type Answerer, type AnswerOptions } from './answerer.ts';
import { eventsOf } from './events.ts';
import { checkNear, lookupNear } from './near.ts';
import { withoutSigns } from './plain-words.ts';
import { checkWords } from './tokenizer.ts';

/** How a server is asked. */
export interface ChatServerOptions {
  /** A server may be outside this machine and its private network; default: it may not. */
  readonly isPublicAllowed?: boolean;
  /** What it wants to be told before it answers; default: SENSORIUM_SERVER_KEY. */
  readonly key?: string;
  /** Pixels that the longer side of a picture may have. Fewer are sent sooner and show less; more only help who can see them. */
  readonly longest?: number;
}

/** ms that a server may take unless said otherwise. */
const DEADLINE_MS = 120_000;
const LONGEST = 1024;
/** Letters of a server's complaint that are told. */
const MOST_COMPLAINT = 2000;

/**
 * Answers by a server with the OpenAI chat interface (llama.cpp's server, vLLM and others: `POST <base>/chat/completions`, streamed), which
 * has the big model on a machine with a GPU. Nothing is sent before the first question.
 * @param address of the interface, `http://127.0.0.1:8080/v1`, and behind `#` the model's name there
 * @throws SensoriumError E_USAGE where it is no address; E_CONNECT where it is not near
 */
export function openChatServer(address: string, options: ChatServerOptions = {}): Answerer {
  const { isPublicAllowed = false, key = process.env['SENSORIUM_SERVER_KEY'], longest = LONGEST } = options;
  const base = addressOf(address);
  if (!isPublicAllowed) checkNear(base);
  const name = decodeURIComponent(base.hash.slice(1));
  const url = new URL(`${base.pathname.replace(/\/+$/, '')}/chat/completions`, base.origin);

  return {
    name,
    sha256: null,
    async answer(question, pictures, answering = {}) {
      checkWords(question);
      if (answering.clip !== undefined) {
        throw new SensoriumError('E_MODEL_INPUT', 'expected no clip: a server hears nothing', { path: 'clip' });
      }
      const body = JSON.stringify(await bodyOf(name, question, pictures, longest, answering.most ?? MOST_TOKENS));
      return converse(answering, async (signal, heard) => {
        const response = await send(url, body, { key, signal, isPublicAllowed });
        if (response.statusCode !== 200) throw await complaintOf(response);
        for await (const data of eventsOf(response as AsyncIterable<Uint8Array>)) {
          if (data === '[DONE]') break;
          heard(data);
        }
      }).catch((error: unknown) => {
        if (error instanceof SensoriumError) throw error;
        throw new SensoriumError('E_CONNECT', `cannot be asked: ${firstLine(error)}`, { path: url.href, cause: error });
      });
    },
    close: () => Promise.resolve(),
  };
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '') return url;
  throw new SensoriumError('E_USAGE', 'expected http://host:port/v1#model', { path: showValue(text) });
}

async function bodyOf(
  model: string,
  question: string,
  pictures: readonly Picture[],
  longest: number,
  most: number,
): Promise<object> {
  const images = await Promise.all(
    pictures.map(async (picture) => {
      const jpeg = Buffer.from(await encodePicture(picture, longest)).toString('base64');
      return { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${jpeg}` } };
    }),
  );
  return {
    ...(model === '' ? {} : { model }),
    messages: [{ role: 'user', content: [...images, { type: 'text', text: withoutSigns(question) }] }],
    max_tokens: most,
    // The likeliest answer, and the same one each time.
    temperature: 0,
    seed: 0,
    logprobs: true,
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** What one event of an answer says; everything else in it is left alone. */
interface Said {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: unknown };
    readonly finish_reason?: unknown;
    readonly logprobs?: { readonly content?: readonly { readonly logprob?: unknown }[] | null } | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null;
  readonly error?: unknown;
}

/** Puts together what a server says, until it has ended, its time is up or it is called off. */
async function converse(
  { signal, onToken, deadlineMs = DEADLINE_MS }: AnswerOptions,
  listen: (signal: AbortSignal, heard: (data: string) => void) => Promise<void>,
): Promise<Answer> {
  const late = AbortSignal.timeout(Math.max(1, Math.min(deadlineMs, 2 ** 31 - 1)));
  const chances: number[] = [];
  let text = '';
  let pieces = 0;
  let ended: AnswerEnd | undefined;
  let usage: Said['usage'];
  const hear = (data: string): void => {
    const said = saidOf(data);
    usage = said.usage ?? usage;
    const [choice] = said.choices ?? [];
    const piece = choice?.delta?.content;
    if (typeof piece === 'string' && piece !== '') {
      text += piece;
      pieces += 1;
      onToken?.(piece);
    }
    for (const { logprob } of choice?.logprobs?.content ?? []) if (typeof logprob === 'number') chances.push(logprob);
    if (typeof choice?.finish_reason === 'string') ended = choice.finish_reason === 'length' ? 'length' : 'end';
  };
  try {
    await listen(signal === undefined ? late : AbortSignal.any([signal, late]), hear);
  } catch (error) {
    if (signal?.aborted === true) throw new SensoriumError('E_CANCELLED', 'called off', { path: 'answer' });
    if (!late.aborted) throw error;
    ended = 'deadline';
  }
  if (ended === undefined) throw new Error('it broke off in the middle of an answer');
  const mean = chances.reduce((sum, value) => sum + value, 0) / chances.length;
  return {
    text: text.trim(),
    tokens: typeof usage?.completion_tokens === 'number' ? usage.completion_tokens : pieces,
    promptTokens: typeof usage?.prompt_tokens === 'number' ? usage.prompt_tokens : null,
    ended,
    confidence: chances.length === 0 ? null : Math.exp(Math.min(0, mean)),
  };
}

function saidOf(data: string): Said {
  let said: Said | null;
  try {
    said = JSON.parse(data) as Said | null;
  } catch (error) {
    throw new Error(`expected JSON, got ${showValue(data)}`, { cause: error });
  }
  if (typeof said !== 'object' || said === null) throw new Error(`expected an object, got ${showValue(data)}`);
  if (said.error !== undefined) throw new Error(`it says ${showValue(messageOf(said.error))}`);
  return said;
}

/** Redirections are not followed: they could lead anywhere. */
function send(
  url: URL,
  body: string,
  its: { readonly key: string | undefined; readonly signal: AbortSignal; readonly isPublicAllowed: boolean },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? overHttps : overHttp)(url, {
      method: 'POST',
      signal: its.signal,
      ...(its.isPublicAllowed ? {} : { lookup: lookupNear }),
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'content-length': Buffer.byteLength(body),
        ...(its.key === undefined || its.key === '' ? {} : { authorization: `Bearer ${its.key}` }),
      },
    });
    request.on('response', resolve).on('error', reject).end(body);
  });
}

async function complaintOf(response: IncomingMessage): Promise<Error> {
  let text = '';
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (text.length > MOST_COMPLAINT) break;
  }
  const status = `HTTP status ${response.statusCode}`;
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return new Error(`${status}, ${showValue(messageOf(error))}`);
  } catch {
    return new Error(status);
  }
}

function messageOf(error: unknown): unknown {
  return (error as { readonly message?: unknown } | null | undefined)?.message ?? error;
}
