import { describe, expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { VIRTUAL_EPOCH } from '../../src/cli/simulate.ts';
import { readConfig } from '../../src/config/index.ts';
import type { Command, EffectRequest, Input } from '../../src/contract/index.ts';
import { NS_PER_MS, stampOf, type StreamDescriptor } from '../../src/frame/index.ts';
import { createSequencer } from '../../src/pipeline/index.ts';
import { decode, type MessageTypes } from '../../src/publish/index.ts';
import { pipelineOf, prepareStreams } from '../../src/replay/index.ts';

const WHEELS: StreamDescriptor = {
  id: 'wheels',
  kind: 'odometry',
  frameId: 'odom',
  clock: { domain: 'none' },
  nominalRate: 50,
  role: 'sensor',
};
const HEAD = { model: 'small', streams: ['wheels', 'legs'], windowMs: 400, hopMs: 200 };

const LEGS: StreamDescriptor = { ...WHEELS, id: 'legs' };

/** A robot whose wheels and legs tell its speed, with a head over both that answers at once. */
function robot() {
  const config = readConfig({ fusion: { heads: { happening: HEAD } } }, drivers);
  const requests: EffectRequest[] = [];
  const replies: MessageTypes['Reply'][] = [];
  const decisions: MessageTypes['Decision'][] = [];
  const recorded: Input[] = [];
  const pipeline = pipelineOf(
    prepareStreams([WHEELS, LEGS], config, VIRTUAL_EPOCH),
    ({ schema, payload }) => {
      if (schema === 'Reply') replies.push(decode(payload, 'Reply'));
      if (schema === 'Decision') decisions.push(decode(payload, 'Decision'));
    },
    { request: (request) => requests.push(request) },
  );
  const sequencer = createSequencer({ tap: (input) => recorded.push(input), step: (input) => pipeline.step(input) });
  let ms = 0;
  let answered = 0;
  return {
    requests,
    replies,
    decisions,
    recorded,
    digest: () => pipeline.digest(),
    admit: sequencer.admit,
    command: (command: Command) => sequencer.admit({ kind: 'command', at: stampOf(ms * NS_PER_MS), command }),
    /** Drives for a while; what a head is asked is answered with what was there. */
    drive: (forMs: number): void => {
      for (const end = ms + forMs; ms < end; ms += 10) {
        const at = stampOf(ms * NS_PER_MS);
        const twist = { linear: [0.5, 0, 0], angular: [0, 0, 0] } as const;
        const measurement = { kind: 'odometry', childFrameId: 'base_link', twist } as const;
        for (const stream of ['wheels', 'legs']) {
          const arrival = { stream, frameId: 'odom', device: undefined, received: at, measurement };
          sequencer.admit({ kind: 'frame', arrival });
        }
        sequencer.admit({ kind: 'tick', at });
        for (; answered < requests.length; answered += 1) {
          const request = requests[answered];
          if (request.task !== 'fuse') continue;
          const isThere = request.window['wheels'].mask.some((one) => one === 1);
          const probabilities = isThere ? [0.9, 0.1] : [0.5, 0.5];
          const contributions = { wheels: isThere ? 1 : 0, legs: 0 };
          const output = { sha256: 'abc', classes: ['moves', 'rests'], probabilities, uncertainty: 0.5, contributions };
          sequencer.admit({ kind: 'effect', at, id: request.id, outcome: { status: 'done', output } });
        }
      }
    },
  };
}

const wheelsOf = ({ modalities }: MessageTypes['Decision']) => modalities.find(({ stream }) => stream === 'wheels');

describe('commands', () => {
  it('unplug a modality live, and plug it again: the published confidence shows it', () => {
    const { drive, command, decisions, replies } = robot();
    drive(1000);
    expect(decisions.at(-1)).toMatchObject({ label: 'moves', confidence: 0.9, provenance: { absent: [] } });
    command({ verb: 'unplug', args: { stream: 'wheels', id: 'a1' } });
    drive(400);
    const gone = decisions.at(-1);
    expect(gone).toMatchObject({ confidence: 0.5, provenance: { absent: ['wheels'] } });
    expect(gone && wheelsOf(gone)).toEqual({ stream: 'wheels', unplugged: true, present: 0, contribution: 0 });
    expect(replies).toMatchObject([{ id: 'a1', verb: 'unplug', status: 'done', what: 'unplugged now: wheels' }]);
    command({ verb: 'plug', args: { stream: 'wheels' } });
    drive(400);
    expect(decisions.at(-1)).toMatchObject({ confidence: 0.9 });
    expect(replies[1]).toMatchObject({ verb: 'plug', what: 'unplugged now: none' });
  });

  it.each([
    ['a stream that no head takes', 'unplug', { stream: 'scan' }, /expected one of wheels, legs; got "scan"/],
    ['no stream', 'plug', {}, /got nothing/],
    [
      'a verb that there is not',
      'dance',
      { id: 'x' },
      /expected one of unplug, plug, head, find, forget, watch, unwatch, ask, describe, teach, taught, imagine, progress; got "dance"/,
    ],
    ['a verb that every object has', 'toString', {}, /got "toString"/],
    ['a head that there is not', 'head', { head: 'other', model: 'x' }, /expected one of happening; got "other"/],
    ['no model', 'head', { head: 'happening', model: 7 }, /expected a folder or a name, got 7/],
  ])('refuse %s', (_what, verb, args, reason) => {
    const { command, replies } = robot();
    command({ verb, args });
    expect(replies).toMatchObject([{ verb, status: 'refused', what: expect.stringMatching(reason) as string }]);
  });

  it('swap a model: the one that runs decides until the new one is good, and stays where it is not', () => {
    const { drive, command, admit, requests, replies, decisions } = robot();
    drive(1000);
    command({ verb: 'head', args: { head: 'happening', model: '/srv/broken', id: 'b' } });
    const opened = requests.find(({ task }) => task === 'open');
    const refused = '/srv/broken: not an ONNX file (E_MODEL_FORMAT)';
    admit({ kind: 'effect', at: stampOf(1e9), id: opened?.id ?? '', outcome: { status: 'done', output: { refused } } });
    expect(replies).toMatchObject([{ id: 'b', status: 'refused', what: refused }]);
    const before = decisions.length;
    drive(600);
    expect(decisions.length).toBeGreaterThan(before);
    expect(decisions.at(-1)?.model).toBe('small');
    command({ verb: 'head', args: { head: 'happening', model: '/srv/good' } });
    const next = requests.filter(({ task }) => task === 'open').at(-1);
    admit({
      kind: 'effect',
      at: stampOf(2e9),
      id: next?.id ?? '',
      outcome: { status: 'done', output: { opened: 'def' } },
    });
    drive(600);
    expect(decisions.at(-1)?.model).toBe('/srv/good');
  });

  it('replay: the same inputs give the same messages, without anybody to ask', () => {
    const live = robot();
    live.drive(700);
    live.command({ verb: 'unplug', args: { stream: 'wheels' } });
    live.drive(500);
    live.command({ verb: 'plug', args: { stream: 'wheels' } });
    live.drive(500);
    const config = readConfig({ fusion: { heads: { happening: HEAD } } }, drivers);
    const pipeline = pipelineOf(prepareStreams([WHEELS, LEGS], config, VIRTUAL_EPOCH), () => undefined);
    for (const input of live.recorded) pipeline.step(input);
    expect(pipeline.digest()).toBe(live.digest());
  });
});
