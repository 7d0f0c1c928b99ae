import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import type { InputBody, Pressure, Publication } from '../../src/contract/index.ts';
import { stampOf } from '../../src/frame/index.ts';
import { createSequencer } from '../../src/pipeline/index.ts';
import { Shedding } from '../../src/pipeline/shedding/shedding.ts';
import { decode } from '../../src/publish/index.ts';
import { pipelineOf, prepareStreams } from '../../src/replay/index.ts';
import { EPOCH, healthy, STREAMS } from './support/robot.ts';

const CALM: Pressure = { busy: 0.2, recording: 0, memory: 0.1, models: { backlog: 0, credit: 5 } };
const BUSY: Pressure = { ...CALM, busy: 0.97 };
const CONFIG = readConfig({ shedding: { order: ['models', 'image', 'scan'] } }, []).shedding;

describe('shedding', () => {
  // s        0   0.25  0.5  0.75  1.0  1.25  …   2   2.25 …          5.25       8.25      11.25
  // busy     |----------------------|                 between             calm
  // shed                models     image   scan (all that there is)       scan back  image     models
  it('gives up one more of the order for every half second of pressure, and takes one back for every three of calm', () => {
    const shedding = new Shedding(CONFIG);
    const told: [number, string, string | undefined][] = [];
    const press = (from: number, to: number, pressure: Pressure): void => {
      for (let at = from; at < to; at += 0.25) {
        const change = shedding.press(pressure, stampOf(at * 1e9));
        if (change !== undefined) told.push([at, change.shed.join(' '), change.why]);
      }
    };
    press(0, 2, BUSY);
    press(2, 4, { ...CALM, busy: 0.8 });
    press(4, 14, CALM);
    expect(told).toEqual([
      [0.5, 'models', 'busy'],
      [1, 'models image', 'busy'],
      [1.5, 'models image scan', 'busy'],
      [7, 'models image', undefined],
      [10, 'models', undefined],
      [13, '', undefined],
    ]);
  });

  it('takes no hiccup for pressure', () => {
    const shedding = new Shedding(CONFIG);
    const changes = [BUSY, CALM, BUSY, CALM, BUSY].map((pressure, i) => shedding.press(pressure, stampOf(i * 0.4e9)));
    expect(changes.every((change) => change === undefined)).toBe(true);
  });

  it.each(['recording', 'memory'] as const)('goes by %s, too', (what) => {
    const shedding = new Shedding({ ...CONFIG, afterSeconds: 0 });
    expect(shedding.press({ ...CALM, [what]: 1 }, stampOf(0))).toEqual({ shed: ['models'], why: what });
  });
});

/** The robot under pressure from `from` to `to`, s. */
function underPressure(from: number, to: number, order: string[]) {
  const publications: Publication[] = [];
  const config = readConfig({ shedding: { order, afterSeconds: 0, calmSeconds: 0.5 } }, []);
  const pipeline = pipelineOf(prepareStreams(STREAMS, config, EPOCH), (publication) => publications.push(publication));
  const { admit } = createSequencer({ step: (input) => pipeline.step(input) });
  const inputs: (InputBody & { readonly when: number })[] = healthy(3000).map(
    ({ stream, device, arrives, measurement }) => {
      const frameId = STREAMS.find(({ id }) => id === stream)?.frameId ?? '';
      const arrival = { stream, frameId, device, received: stampOf(arrives * 1e6), measurement };
      return { kind: 'frame', arrival, when: arrives };
    },
  );
  for (let at = 0; at <= 3000; at += 10) inputs.push({ kind: 'tick', at: stampOf(at * 1e6), when: at });
  for (let at = 0; at <= 3000; at += 250) {
    const pressure = at >= 1000 * from && at < 1000 * to ? BUSY : CALM;
    inputs.push({ kind: 'pressure', at: stampOf(at * 1e6), pressure, when: at });
  }
  inputs.sort((a, b) => a.when - b.when).forEach((input) => admit(input));
  const said = publications.flatMap((publication) =>
    publication.schema === 'Shedding' ? [decode(publication.payload, 'Shedding')] : [],
  );
  return { report: pipeline.report(), publications, said };
}

describe('a daemon that cannot keep up', () => {
  it('gives up what the order says, says so, counts every frame, and never touches the pose', () => {
    const { report, publications, said } = underPressure(1, 2, ['models', 'scan']);
    const poses = (all: readonly Publication[]) => all.filter(({ topic }) => topic === 'pose').length;
    expect(said.map(({ shed, why }) => [shed.join(' '), why])).toEqual([
      ['models', 'busy'],
      ['models scan', 'busy'],
      ['models', undefined],
      ['', undefined],
    ]);
    const account = (id: string) => report.streams.find(({ descriptor }) => descriptor.id === id)?.account;
    // From 1.25 to 2.5 s: thirteen scans.
    expect(account('scan')?.dropped).toEqual({ shed: 13 });
    expect(account('scan')?.received).toBe(30);
    for (const id of ['imu', 'odom']) expect(Object.keys(account(id)?.dropped ?? {})).not.toContain('shed');
    expect(poses(publications)).toBe(poses(underPressure(9, 9, []).publications));
  });

  it('is told when the order names what is never given up, or what is not there', () => {
    expect(() => readConfig({ shedding: { order: ['imu'] } }, [])).toThrow(/shedding\.order\.0.*never given up/);
  });
});
