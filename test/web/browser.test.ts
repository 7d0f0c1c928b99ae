import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { startDaemon, type Daemon } from '../../src/daemon/index.ts';
import { stampOf } from '../../src/frame/index.ts';
import { decode, publication } from '../../src/publish/index.ts';
import { samples } from '../../src/publish/schema/samples.ts';
import { freePort } from '../publish/support/publishing.ts';
import { models } from '../../models/index.ts';
import { start, type Program } from '../support/program.ts';
import { workerProgram } from '../support/workers.ts';
import { describeWithModels, describeWithTools } from '../support/requirements.ts';
import { complaintsOf, launch } from './support/chromium.ts';
import { sensesDriver } from './support/senses.ts';
import { serve } from './support/serving.ts';

/** Where the picture of the page goes: `SENSORIUM_SCREENSHOT=docs/page.png` makes the README's anew. */
const SCREENSHOT = process.env['SENSORIUM_SCREENSHOT'] ?? join(import.meta.dirname, '..', '..', 'dist', 'page.png');

/**
 * Collects what moves by itself from now on (https://web.dev/articles/cls). Lines of the log do: a new one pushes the
 * others down within their box.
 */
const WATCH_SHIFTS = `window.shifted = []; new PerformanceObserver((list) => {
  const log = document.getElementById('events');
  for (const { sources } of list.getEntries())
    for (const { node } of sources)
      if (node !== null && !log.contains(node)) window.shifted.push(node.outerHTML ?? node.textContent);
}).observe({ type: 'layout-shift' })`;

const PUBLISH = ['--set', 'publish.mqtt.enabled=false', '--set', 'publish.zeromq.enabled=false'];

describeWithTools(['chromium'], 'the page in a browser', () => {
  let browser: Browser;
  const programs: Program[] = [];
  const daemons: Daemon[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    browser = await launch();
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    for (const program of programs.splice(0)) {
      program.child.kill('SIGKILL');
      await program.ended;
    }
    await Promise.all(daemons.splice(0).map((daemon) => daemon.stop()));
  });
  afterAll(() => browser.close());

  /** A live simulated run, and where its page is. */
  async function run(...more: string[]): Promise<{ program: Program; address: string }> {
    const program = start(['run', ...PUBLISH, '--log-level', 'error', ...more]);
    programs.push(program);
    const line = await program.line((text) => text.includes('"streams"'));
    const { subscribe } = JSON.parse(line) as { subscribe: { web: { address: string } } };
    return { program, address: subscribe.web.address };
  }

  async function open(address: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    pages.push(page);
    await page.goto(address);
    return page;
  }

  it('shows a live run: lidar, pose, trail, streams and sets; nothing jumps, nothing is complained about', async () => {
    const { address } = await run();
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    pages.push(page);
    const complaints = complaintsOf(page);
    await page.goto(address);
    for (const stream of ['imu', 'mag', 'wheels', 'scan', 'truth']) {
      await page.locator(`tbody[data-stream="${stream}"] .pill[data-state="ok"]`).waitFor();
    }
    await page.locator('#sets-rate', { hasText: /^\d+\.\d \/s$/ }).waitFor();
    await page.evaluate(WATCH_SHIFTS);
    // The robot sets off after a few seconds.
    await page.getByRole('img', { name: /a trail of [1-9]/ }).waitFor();
    expect(await page.evaluate('window.shifted')).toEqual([]);

    await page.getByRole('img', { name: /^The surroundings from above: robot at x -?\d.*, \d{2,} points/ }).waitFor();
    await page.locator('#link', { hasText: 'live' }).waitFor();
    expect(await page.locator('#robot').textContent()).toBe('robot');
    expect(await page.locator('#pose-validity').textContent()).toMatch(/^(valid|degraded)$/);
    expect(await page.locator('#pose-sure').textContent()).toMatch(/^\d+\.\d+ c?m$/);
    expect(await page.locator('#sets-waited').textContent()).toMatch(/^Waited for: (nobody|\w+, )/);
    expect(await page.locator('tbody[data-stream="imu"] .detail').textContent()).toMatch(
      /received = .* used \+ .* held/,
    );
    expect(await page.locator('#events li', { hasText: 'pose: valid' }).count()).toBeGreaterThan(0);
    expect(await page.locator('#cameras section, #sounds section').count()).toBe(0);
    await page.screenshot({ path: SCREENSHOT });
    expect(complaints).toEqual([]);
  });

  it('turns with the robot when asked, by keyboard too', async () => {
    const { address } = await run();
    const page = await open(address);
    await page.getByRole('button', { name: 'Robot' }).click();
    await page.getByRole('button', { name: 'Robot', pressed: true }).waitFor();
    await page.getByRole('button', { name: 'World' }).press('Enter');
    await page.getByRole('button', { name: 'World', pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
  });

  it('is readable on a phone: nothing sticks out', async () => {
    const { address } = await run();
    const page = await open(address, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await page.locator('tbody[data-stream="truth"] .pill[data-state="ok"]').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(15, 20, 25)');
  });

  it('says that the daemon is gone, comes back with it, and says that too', async () => {
    const port = await freePort();
    const first = await run('--set', `web.port=${port}`);
    const page = await open(first.address);
    await page.locator('#link', { hasText: 'live' }).waitFor();
    first.program.child.kill('SIGKILL');
    await page.locator('#link', { hasText: 'no daemon' }).waitFor();
    await run('--set', `web.port=${port}`);
    await page.locator('#link', { hasText: 'live' }).waitFor();
    await page.locator('#events li', { hasText: 'the daemon began anew' }).waitFor();
  });

  it('shows cameras, microphones and 3D lidars where there are any, and asks about them', async () => {
    const drivers = [sensesDriver()];
    const publish = { mqtt: { enabled: false }, zeromq: { enabled: false } };
    const web = { port: await freePort() };
    // It has no microphones to speak of, and so it is not asked.
    const perception = { answers: { model: 'http://127.0.0.1:1/v1', camera: 'front' } };
    const config = readConfig({ sources: { all: { driver: 'senses' } }, publish, web, perception }, drivers);
    const daemon = await startDaemon({ config, drivers, version: '0', env: {} });
    daemons.push(daemon);
    const page = await open(`http://127.0.0.1:${web.port}/`);
    const pixel = (camera: string, x: number): Promise<unknown> =>
      page.evaluate(`[...document.querySelector('[aria-label="Camera ${camera}"] canvas').getContext('2d')
        .getImageData(${x}, 0, 1, 1).data]`);
    await page.getByRole('img', { name: 'Picture of front' }).waitFor();
    await page.getByRole('img', { name: 'Picture of back' }).waitFor();
    expect([await pixel('front', 0), await pixel('front', 63)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 255, 255],
    ]);
    const mug = page.locator('[aria-label="Camera front"] .box', { hasText: 'mug' });
    await mug.waitFor();
    // A quarter from the left and the top, half as wide and high as the picture.
    const inPicture = `(() => {
      const [box, picture] = ['.box', 'canvas'].map((which) =>
        document.querySelector('[aria-label="Camera front"] ' + which).getBoundingClientRect());
      return [(box.x - picture.x) / picture.width, (box.y - picture.y) / picture.height,
        box.width / picture.width, box.height / picture.height].map((share) => Math.round(share * 100));
    })()`;
    expect(await page.evaluate(inPicture)).toEqual([25, 25, 50, 50]);
    expect(await page.locator('[aria-label="Camera back"] .box').count()).toBe(0);
    const [, green] = (await pixel('back', 0)) as number[];
    expect(green).toBeGreaterThan(200);
    const ears = page.locator('[aria-label="Sound level of ears"] meter');
    await ears.first().waitFor();
    const levels = `[...document.querySelectorAll('meter')].map(({ value }) => Math.round(value))`;
    expect(await page.evaluate(levels)).toEqual([-9, -80]);
    await page.getByRole('img', { name: /, 4 points around it/ }).waitFor();

    await page.getByLabel('A question, or what to find').fill('what do you hear?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    const answer = page.locator('#answers li[data-state="warn"]', { hasText: 'I cannot tell: there is no hearing' });
    await answer.waitFor();
    await answer.getByRole('img', { name: 'Picture of front' }).waitFor();
  });

  it('says what was said last, beside how loud it is, also where it was said before the page came', async () => {
    const said = samples().find(({ topic }) => topic === 'speech/microphones');
    if (said === undefined) throw new Error('no sample of Speech');
    const { page: served, port } = await serve();
    try {
      served.publish(said);
      const page = await open(`http://127.0.0.1:${port}/`);
      await page.locator('#link', { hasText: 'live' }).waitFor();
      expect(await page.locator('#sounds').textContent()).toBe('');
      const measurement = {
        kind: 'audio',
        sampleRate: 8000,
        channels: 1,
        missing: 0,
        data: new Int16Array(80),
      } as const;
      served.observe({ stream: 'microphones', frameId: 'ears', device: undefined, received: stampOf(0), measurement });
      const line = page.locator('[aria-label="Sound level of microphones"] p');
      const first = /^Said at \d+:\d+:\d+: “where is the red mug” \(en, confidence 0\.81\)$/;
      await line.filter({ hasText: first }).waitFor();
      // It is text and no mark-up, whatever was said.
      const { sequence, ...message } = decode(said.payload, 'Speech');
      const next = (text: string) => publication(said.topic, 'Speech', said.stamp, sequence + 1, { ...message, text });
      served.publish(next('<b>bold</b>'));
      await line.filter({ hasText: /: “<b>bold<\/b>” \(en, confidence 0\.81\)$/ }).waitFor();
      served.publish(next(''));
      await line.filter({ hasText: /: no words$/ }).waitFor();
    } finally {
      await served.close();
    }
  });

  describeWithModels('with a sound model', () => {
    it('says what is heard, beside how loud it is', async () => {
      const drivers = [sensesDriver()];
      const publish = { mqtt: { enabled: false }, zeromq: { enabled: false } };
      const web = { port: await freePort() };
      const perception = { sounds: { ears: { model: 'yamnet' } } };
      const config = readConfig({ sources: { all: { driver: 'senses' } }, publish, web, perception }, drivers);
      const modelWorker = workerProgram('model-worker');
      const daemon = await startDaemon({ config, drivers, models, modelWorker, version: '0', env: {} });
      daemons.push(daemon);
      const page = await open(`http://127.0.0.1:${web.port}/`);
      const ears = page.locator('[aria-label="Sound level of ears"]', { hasText: /Heard: Beep, bleep \d+ %/ });
      await ears.waitFor();
      expect(await ears.textContent()).not.toContain('someone speaks');
    });
  });

  it('is of no use to another site that is open in the same browser', async () => {
    const { address } = await run();
    const other = createServer((_request, response) => void response.end('<!doctype html><title>evil</title>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const page = await open(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
      const { host } = new URL(address);
      const socket = `new Promise((done) => {
        const socket = new WebSocket('ws://${host}/live');
        socket.onopen = () => done('open');
        socket.onerror = () => done('refused');
      })`;
      expect(await page.evaluate(socket)).toBe('refused');
      expect(await page.evaluate(`fetch('${address}').then(() => 'read', () => 'refused')`)).toBe('refused');
      const script = `new Promise((done) => {
        const script = document.createElement('script');
        script.src = '${address}main.js';
        script.onload = () => done('run');
        script.onerror = () => done('refused');
        document.head.append(script);
      })`;
      expect(await page.evaluate(script)).toBe('refused');
    } finally {
      other.close();
      other.closeAllConnections();
    }
  });
});
