import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openChatServer } from '../../src/hub/chat-server.ts';
import { eventsOf } from '../../src/hub/events.ts';
import { isNear } from '../../src/hub/near.ts';
import { decodePicture } from '../../src/inference/index.ts';
import { errorOf } from '../support/code.ts';
import { drawn } from './support.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server that answers as llama.cpp and vLLM do. */
async function standIn(answer: (response: ServerResponse, asked: Asked) => void): Promise<string> {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked['body'];
      answer(response, { path: request.url ?? '', headers: request.headers, body });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1#seer`;
}

const event = (data: object | string): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const piece = (content: string, logprob?: number): string =>
  event({
    choices: [{ delta: { content }, ...(logprob === undefined ? {} : { logprobs: { content: [{ logprob }] } }) }],
  });
const end = (reason = 'stop'): string => event({ choices: [{ delta: {}, finish_reason: reason }] });

/** Says it, and ends. */
const says =
  (...events: string[]) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const its of events) response.write(its);
    response.end();
  };

describe('a server that answers', () => {
  it('is asked about pictures, and its tokens are told as they come', async () => {
    let asked: Asked | undefined;
    const address = await standIn((response, its) => {
      asked = its;
      says(
        event({ choices: [{ delta: { role: 'assistant', content: '' } }] }),
        ': still here\n\n',
        piece('A red', -0.1),
        piece(' mug — 日本.', -0.3),
        end(),
        event({ choices: [], usage: { prompt_tokens: 300, completion_tokens: 7 } }),
        event('[DONE]'),
      )(response);
    });
    const pieces: string[] = [];
    const seer = openChatServer(address, { key: 'secret' });
    const answer = await seer.answer('What is <|im_end|> on the <image>?', [drawn(50, 40), drawn(2000, 10)], {
      most: 20,
      onToken: (its) => pieces.push(its),
    });
    expect(answer).toEqual({
      text: 'A red mug — 日本.',
      tokens: 7,
      promptTokens: 300,
      ended: 'end',
      confidence: expect.closeTo(Math.exp(-0.2), 6) as number,
    });
    expect(pieces).toEqual(['A red', ' mug — 日本.']);
    expect([seer.name, seer.sha256]).toEqual(['seer', null]);
    const { path, headers, body } = asked as Asked;
    expect([path, headers.authorization]).toEqual(['/v1/chat/completions', 'Bearer secret']);
    expect(body).toMatchObject({ model: 'seer', stream: true, temperature: 0, max_tokens: 20 });
    const [{ content }] = body['messages'] as [{ content: { text?: string; image_url?: { url: string } }[] }];
    expect(content[2]).toEqual({ type: 'text', text: 'What is < |im_end|> on the < image>?' });
    const sizes = content.slice(0, 2).map(async ({ image_url: image }) => {
      const [head, coded] = (image?.url ?? '').split(',');
      const { width, height } = await decodePicture(Buffer.from(coded, 'base64'));
      return [head, width, height];
    });
    expect(await Promise.all(sizes)).toEqual([
      ['data:image/jpeg;base64', 50, 40],
      ['data:image/jpeg;base64', 1024, 5],
    ]);
  });

  it('says that it broke off, and counts what it is not told', async () => {
    const seer = openChatServer(await standIn(says(piece('So'), piece(' it'), end('length'), event('[DONE]'))));
    expect(await seer.answer('why?', [])).toEqual({
      text: 'So it',
      tokens: 2,
      promptTokens: null,
      ended: 'length',
      confidence: null,
    });
  });

  it('is called off, and the connection with it', async () => {
    const gone = new Promise((resolve) => {
      void standIn((response) => {
        response.on('close', resolve);
        response.writeHead(200).write(piece('So'));
      }).then(async (address) => {
        const stop = new AbortController();
        const options = { signal: stop.signal, onToken: () => stop.abort() };
        expect((await errorOf(openChatServer(address).answer('why?', [], options))).code).toBe('E_CANCELLED');
      });
    });
    await gone;
  });

  it('ends with what has been said when its time is up', async () => {
    const address = await standIn((response) => void response.writeHead(200).write(piece('So')));
    // It never says more: whenever the time is up, this is what there is.
    const answer = await openChatServer(address).answer('why?', [], { deadlineMs: 500 });
    expect([answer.text, answer.ended]).toEqual(['So', 'deadline']);
  });

  it.each([
    ['a status', (response: ServerResponse) => void response.writeHead(503).end('<html>'), 'HTTP status 503'],
    [
      'a complaint',
      (response: ServerResponse) => void response.writeHead(400).end('{"error":{"message":"no model seer"}}'),
      'HTTP status 400, "no model seer"',
    ],
    [
      'a way elsewhere',
      (response: ServerResponse) => void response.writeHead(302, { location: 'http://example.com' }).end(),
      'HTTP status 302',
    ],
    ['half an answer', says(piece('So')), 'it broke off in the middle of an answer'],
    ['no JSON', says(event('{')), 'expected JSON, got "{"'],
    ['no object', says(event('7')), 'expected an object, got "7"'],
    [
      'an error on the way',
      says(piece('So'), event({ error: { message: 'out of memory' } })),
      'it says "out of memory"',
    ],
    ['an endless line', says(`data: ${'x'.repeat(2 ** 20 + 1)}`), 'an event of more than 1048576 letters'],
    ['nothing', (response: ServerResponse) => void response.destroy(), 'socket hang up'],
  ])('is refused when it sends %s', async (_, answers, what) => {
    const address = await standIn(answers);
    const { code, message } = await errorOf(openChatServer(address).answer('why?', []));
    expect([code, message]).toEqual([
      'E_CONNECT',
      `${address.replace('#seer', '')}/chat/completions: cannot be asked: ${what} (E_CONNECT)`,
    ]);
  });

  it('is not looked for outside', async () => {
    const refused =
      'expected an address of this machine or a private network; a public one has to be allowed (E_CONNECT)';
    for (const host of ['8.8.8.8', '[2001:4860:4860::8888]', '[::ffff:8.8.8.8]', '0x08080808', '134744072']) {
      const opened = Promise.resolve().then(() => openChatServer(`http://${host}/v1`));
      expect((await errorOf(opened)).message, host).toMatch(new RegExp(`${refused.replace(/[()]/g, '\\$&')}$`));
    }
    openChatServer('http://8.8.8.8/v1', { isPublicAllowed: true });
    for (const address of ['ftp://127.0.0.1', 'what', 'http://user:word@127.0.0.1/v1']) {
      const opened = Promise.resolve().then(() => openChatServer(address));
      expect((await errorOf(opened)).code, address).toBe('E_USAGE');
    }
  });

  it('is looked for by name on this machine', async () => {
    const address = await standIn(says(piece('Yes'), end()));
    const answer = await openChatServer(address.replace('127.0.0.1', 'localhost')).answer('there?', []);
    expect(answer.text).toBe('Yes');
  });
});

describe('near addresses', () => {
  it.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.0.1', '::1', 'fd00::1', 'fe80::1'])(
    'are %s',
    (its) => {
      expect(isNear(its)).toBe(true);
    },
  );
  it.each([
    '128.0.0.1',
    '172.32.0.1',
    '11.0.0.1',
    '192.169.0.1',
    '2001:db8::1',
    '::ffff:1.1.1.1',
    '0.0.0.0',
    'localhost',
    '',
  ])('are not %s', (its) => {
    expect(isNear(its)).toBe(false);
  });
});

describe('server-sent events', () => {
  it('are the same, however they are cut up on the way', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((its) => its.replace(/[\r\n]/g, ' '));
    const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(text), fc.constantFrom('\n', '\r\n', '\r'), cuts, async (texts, line, at) => {
        const bytes = Buffer.from(texts.map((its) => `data: ${its}${line}${line}`).join(''));
        const marks = [...at].sort((a, b) => a - b);
        const chunks = [0, ...marks].map((from, i) => bytes.subarray(from, marks[i] ?? bytes.length));
        const heard: string[] = [];
        for await (const its of eventsOf(Readable.from(chunks))) heard.push(its);
        // A carriage return at the very end may have a line feed behind it that never comes.
        const whole = line === '\r' ? texts.slice(0, -1) : texts;
        expect(heard.slice(0, whole.length)).toEqual(whole);
        expect(heard.length).toBeLessThanOrEqual(texts.length);
      }),
    );
  });
});
