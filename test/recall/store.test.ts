import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packEmbedding, type Example, type SeenThing } from '../../src/contract/index.ts';
import { forget, MemoryStore, memoryTasks, reembed, TaughtStore } from '../../src/recall/index.ts';
import { SEGMENT } from '../../src/recall/segment.ts';
import { embedding, ENCODER, memoryOf } from './support.ts';

let folder: string;
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'sensorium-recall-')), 'memory')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const OPTIONS = { most: 10_000, session: 'today' };
const open = (more: Partial<typeof OPTIONS> & { isReadOnly?: boolean } = {}) =>
  new MemoryStore(folder, { ...OPTIONS, ...more });
const thumbnail = (id: number): Buffer => Buffer.from(`thumbnail number ${id} of a picture`);
const ask = (store: MemoryStore, seed: number, more = {}) =>
  store.recall({ embedding: packEmbedding(embedding(seed)), encoder: ENCODER, count: 3, ...more });
const idsOf = ({ found }: ReturnType<typeof ask>): number[] => found.map(({ id }) => id);

function filled(count: number, more: Parameters<typeof open>[0] = {}): MemoryStore {
  const store = open(more);
  for (let i = 0; i < count; i += 1) store.add(memoryOf(embedding(i), 100 + i), thumbnail(i));
  return store;
}

/** All bytes that are in the folder. */
const onDisk = (): Buffer => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

describe('a memory', () => {
  it('finds what is like a question, with when, where and a thumbnail, again after it was opened anew', () => {
    const place = { frame: 'map', position: [1, 2, 0.5] as const, deviation: 0.1, age: 0.02 };
    let store = filled(50);
    const id = store.add(memoryOf(embedding(1000), 777, { place }), thumbnail(7));
    for (const session of ['today', 'tomorrow']) {
      const { found, count } = ask(store, 1000);
      expect(count).toBe(51);
      expect(found[0]).toEqual({
        id,
        similarity: expect.closeTo(1, 3) as number,
        at: 777e6,
        stream: 'camera',
        input: 777,
        isOfSession: session === 'today',
        place,
        thumbnail: Buffer.from(thumbnail(7)).toString('base64'),
      });
      store.close();
      store = open({ session: 'tomorrow' });
    }
    store.close();
  });

  it('keeps to a time and to a place; a place in odom is one of its session', () => {
    const at = (frame: string, x: number) => ({ place: { frame, position: [x, 0, 0] as const, deviation: 0, age: 0 } });
    let store = open();
    [at('map', 0), at('map', 5), at('odom', 0), {}].forEach((where, i) =>
      store.add(memoryOf(embedding(i), 100 + i, where), thumbnail(i)),
    );
    expect(idsOf(ask(store, 0, { since: 102e6 })).sort()).toEqual([2, 3]);
    const near = (frame: string) => ({ near: { frame, point: [0.5, 0], radius: 1 } });
    expect(idsOf(ask(store, 0, near('map')))).toEqual([0]);
    expect(idsOf(ask(store, 0, near('odom')))).toEqual([2]);
    store.close();
    store = open({ session: 'tomorrow' });
    expect(idsOf(ask(store, 0, near('map')))).toEqual([0]);
    expect(idsOf(ask(store, 0, near('odom')))).toEqual([]);
    store.close();
  });

  it('stays within its bound: the oldest go, from the disk too', () => {
    const store = filled(3 * SEGMENT + 1, { most: 2 * SEGMENT });
    expect(store.count).toBeLessThanOrEqual(2 * SEGMENT);
    expect(readdirSync(folder).filter((name) => name.endsWith('.log'))).toHaveLength(2);
    expect(onDisk().includes(thumbnail(5))).toBe(false);
    expect(ask(store, 3 * SEGMENT).found[0].id).toBe(3 * SEGMENT);
    store.close();
    const again = open({ most: 2 * SEGMENT });
    expect(again.count).toBe(store.count);
    expect(again.add(memoryOf(embedding(1), 1), thumbnail(1))).toBe(3 * SEGMENT + 1);
    again.close();
  });

  it.each([
    ['by number', { ids: [3, 4, 99] }, [3, 4]],
    ['by time', { from: 103e6, to: 105e6 }, [3, 4, 5]],
    ['by likeness', { like: { embedding: packEmbedding(embedding(6)), encoder: ENCODER, similarity: 0.99 } }, [6]],
    ['by all of it', { ids: [3, 4], from: 104e6 }, [4]],
  ])('forgets %s: neither embedding nor thumbnail is on the disk any more', (_how, query, gone) => {
    let store = filled(20);
    store.save();
    const vectors = gone.map((id) => Buffer.from(embedding(id).buffer));
    for (const vector of vectors) expect(onDisk().includes(vector)).toBe(true);
    expect(store.forget(query)).toBe(gone.length);
    for (let pass = 0; pass < 2; pass += 1) {
      for (const id of gone) expect(onDisk().includes(thumbnail(id))).toBe(false);
      for (const vector of vectors) expect(onDisk().includes(vector)).toBe(false);
      for (const id of gone) expect(idsOf(ask(store, id))).not.toContain(id);
      expect(idsOf(ask(store, 10))[0]).toBe(10);
      expect(ask(store, 10).found[0].thumbnail).toBe(Buffer.from(thumbnail(10)).toString('base64'));
      expect(store.count).toBe(20 - gone.length);
      store.close();
      store = open();
    }
    // What is added next has a number of its own.
    expect(store.add(memoryOf(embedding(1), 1), thumbnail(1))).toBe(20);
    store.close();
  });

  it('forgets all of a file, and goes on', () => {
    const store = filled(5);
    expect(store.forget({ from: 0 })).toBe(5);
    expect(ask(store, 1)).toEqual({ found: [], count: 0, mean: 0, deviation: 0 });
    store.add(memoryOf(embedding(8), 200), thumbnail(8));
    expect(idsOf(ask(store, 8))).toEqual([5]);
    store.close();
  });

  it('opens after a crash: what was cut off is gone, what was whole is there', () => {
    filled(10).flush();
    rmSync(join(folder, 'lock'));
    appendFileSync(join(folder, '0000000000.log'), 'SRM1 and something that was being written');
    writeFileSync(join(folder, '0000000000.log.tmp'), 'left over');
    const store = open();
    expect(store.count).toBe(10);
    expect(existsSync(join(folder, '0000000000.log.tmp'))).toBe(false);
    store.add(memoryOf(embedding(77), 300), thumbnail(77));
    store.close();
    const again = open();
    expect([again.count, again.damaged]).toEqual([11, 0]);
    again.close();
  });

  it('opens without the lists, or with damaged ones', () => {
    filled(2000).close();
    const path = join(folder, 'lists.bin');
    const content = readFileSync(path);
    content[content.length - 1] ^= 1;
    writeFileSync(path, content);
    for (let pass = 0; pass < 2; pass += 1) {
      const store = open({ isReadOnly: true });
      expect(idsOf(ask(store, 1234))[0]).toBe(1234);
      rmSync(path, { force: true });
    }
  });

  it('survives kill -9 with all that it said it had', async () => {
    // A process that adds pictures and says so, until it is killed.
    const child = execFile(process.execPath, [join(import.meta.dirname, 'endless.mjs'), folder]);
    const said: number[] = [];
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: string) => {
        said.push(...text.trim().split('\n').map(Number));
        if (said.length > 300) child.kill('SIGKILL');
      });
      child.on('exit', () => resolve());
    });
    const store = open();
    expect(store.count).toBeGreaterThanOrEqual(Math.max(...said.filter(Number.isInteger)));
    expect(idsOf(ask(store, 200))[0]).toBe(200);
    store.close();
  });

  it('is written by one process at a time, and refuses another encoder', () => {
    const store = filled(3);
    writeFileSync(join(folder, 'lock'), String(process.ppid));
    expect(() => open()).toThrow(/process \d+ writes this memory \(E_FILE_EXISTS\)$/);
    const other = { ...memoryOf(embedding(1), 1), encoder: 'cd'.repeat(32) };
    expect(() => store.add(other, thumbnail(1))).toThrow(/of the encoder abab.*"sensorium memory reembed".*CONFLICT/);
    expect(
      memoryTasks(store, new TaughtStore(folder))['remember'](other, thumbnail(1), {
        signal: new AbortController().signal,
        tell: () => undefined,
      }),
    ).toEqual({
      refused: expect.stringContaining('reembed') as string,
    });
    store.close();
  });

  it('is embedded anew from thumbnails, under the same numbers', async () => {
    const store = filled(6);
    store.forget({ ids: [2] });
    store.close();
    const encoder = { sha256: 'cd'.repeat(32), dims: 8 };
    const seedOf = (content: Uint8Array): number => Number(/\d+/.exec(Buffer.from(content).toString())?.[0]);
    const look = (content: Uint8Array) => Promise.resolve({ embedding: embedding(seedOf(content), 8) });
    expect(await reembed(folder, encoder, { look })).toEqual({ embedded: 5, taught: {}, lost: {} });
    const again = open();
    const query = { embedding: packEmbedding(embedding(4, 8)), encoder: encoder.sha256, count: 1 };
    expect(again.recall(query).found).toMatchObject([{ id: 4, at: 104e6 }]);
    expect(readdirSync(join(folder, '..'))).toEqual(['memory']);
    again.close();
  });
});

describe('what is taught', () => {
  const example = (name: string, at: number, more: object = {}): Example => ({
    ...{ name, at: at * 1e6, stream: 'camera', encoder: ENCODER, embedding: packEmbedding(embedding(at)) },
    ...more,
  });

  it('is there again after the process was killed, is bounded, and is forgotten with its bytes', () => {
    const store = filled(3);
    const taught = new TaughtStore(folder);
    for (let i = 0; i < 10; i += 1) taught.add([example('mug', i)]);
    taught.add([example('jug', 40, { picture: 1 })]);
    // Nothing is written at the end: another one reads what is on the disk.
    const again = new TaughtStore(folder);
    expect(again.examples.map(({ name, at }) => [name, at / 1e6])).toEqual([
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((at) => ['mug', at]),
      ['jug', 40],
    ]);
    const bytes = Buffer.from(packEmbedding(embedding(9)));
    expect(onDisk().includes(bytes)).toBe(true);
    // By name, with the picture that it was taken from, by time; what is like words are pictures alone.
    expect(forget(store, again, { taught: 'mug', from: 9e6 })).toEqual({ forgotten: 0, examples: 1 });
    expect(onDisk().includes(bytes)).toBe(false);
    expect(forget(store, again, { ids: [1] })).toEqual({ forgotten: 1, examples: 1 });
    expect(forget(store, again, { from: 3e6, to: 4e6 })).toEqual({ forgotten: 0, examples: 2 });
    const like = { embedding: packEmbedding(embedding(0)), encoder: ENCODER, similarity: 0.9 };
    expect(forget(store, again, { like })).toEqual({ forgotten: 1 });
    expect(new TaughtStore(folder).examples.map(({ at }) => at / 1e6)).toEqual([2, 5, 6, 7, 8]);
    store.close();
  });

  it('is learnt anew from its pictures for another encoder, which drops nothing unless it is told to', async () => {
    filled(6).close();
    const [left, right] = [
      [0, 0, 0.4, 1],
      [0.6, 0, 1, 1],
    ];
    new TaughtStore(folder).add([
      // By its number, by its time; of a thing that the other encoder does not see there, of a picture that is gone, and of a file.
      example('mug', 1, { picture: 1, box: [0.5, 0, 1, 1], kind: packEmbedding(embedding(1)) }),
      example('mug', 102),
      example('mug', 3, { picture: 3, box: [0.4, 0.9, 0.6, 1], kind: packEmbedding(embedding(1)) }),
      example('jug', 9, { picture: 77 }),
      example('part', 8, { stream: undefined }),
    ]);
    const things = [left, right].map((box, i) => {
      const kind = embedding(60 + i, 8);
      return { embedding: embedding(50 + i, 8), kind, seen: 0, distance: 1, box: box as unknown as SeenThing['box'] };
    });
    const look = () => Promise.resolve({ embedding: embedding(7, 8), things });
    const other = { sha256: 'cd'.repeat(32), dims: 8 };
    const before = onDisk();
    await expect(reembed(folder, other, { look })).rejects.toThrow(
      /would be lost: mug \(1 of 3\), jug \(1 of 1\), part \(1 of 1\); expected --forget-taught.*\(E_CONFIG_CONFLICT\)$/,
    );
    expect(onDisk()).toEqual(before);
    expect(await reembed(folder, other, { look, isForgetting: true })).toEqual({
      embedded: 6,
      taught: { mug: 2 },
      lost: { mug: 1, jug: 1, part: 1 },
    });
    expect(new TaughtStore(folder).examples).toMatchObject([
      { name: 'mug', picture: 1, encoder: other.sha256, box: right, kind: packEmbedding(embedding(61, 8)) },
      // As large as the other one: the first.
      { name: 'mug', at: 102e6, box: left },
    ]);
    const store = open();
    expect(store.picture(4).things).toHaveLength(2);
    store.close();
  });

  it('is refused where its file is none', () => {
    filled(1).close();
    writeFileSync(join(folder, 'taught.json'), '{"format":1,"examples":[{}]}');
    expect(() => new TaughtStore(folder)).toThrow(/expected what was taught, format 1 \(E_FILE_FORMAT\)$/);
  });
});

describe('a memory of things', () => {
  it('is compared thing by thing for a threshold, by their kinds where these are sought, and tells of one picture', () => {
    const store = open();
    const packed = (seed: number): string => packEmbedding(embedding(seed));
    const seen = (seed: number) => ({ embedding: packed(seed), kind: packed(seed + 1), seen: 0 });
    store.add(memoryOf(embedding(1), 1, { things: [seen(20), seen(30)] }), thumbnail(1));
    store.add(memoryOf(embedding(1), 2, { things: [] }), thumbnail(2));
    const words = store.similarities({ embedding: packed(30), encoder: ENCODER });
    expect(words).toEqual([
      { at: 1e6, similarity: expect.closeTo(1, 5) as number },
      { at: 2e6, similarity: -1 },
    ]);
    const kinds = store.similarities({ embedding: packed(99), kind: packed(21), encoder: ENCODER });
    expect(kinds[0].similarity).toBeCloseTo(1, 5);
    expect(store.picture(0)).toMatchObject({ at: 1e6, stream: 'camera', encoder: ENCODER, embedding: packed(1) });
    expect(store.picture(0).things).toHaveLength(2);
    expect(() => store.picture(7)).toThrow(/^no picture 7 is remembered \(E_USAGE\)$/);
    store.close();
  });
});
