import { describe, expect, it } from 'vitest';
import type { ClipOptions, CutClip } from '../../src/clips/index.ts';
import { ClipCutter } from '../../src/clips/index.ts';
import type { InputBody } from '../../src/contract/index.ts';
import type { AudioMeasurement, Measurement } from '../../src/frame/index.ts';
import { ImageToTensor, pictureOf } from '../../src/perception/index.ts';
import { optionsOf, sourceOf } from './cut.ts';

const SEED = 103;
const source = sourceOf(SEED, 'train');
const inputs = [...source.inputs(25)];

function clipsOf(these: readonly InputBody[], more: Partial<ClipOptions> = {}): CutClip[] {
  const cutter = new ClipCutter({ ...optionsOf(SEED, 'train', source), ...more });
  return these.flatMap((input) => cutter.see(input));
}

/** What a stream said, with the times at which that came. */
function said<K extends Measurement['kind']>(stream: string, kind: K) {
  return inputs.flatMap((input) => {
    if (input.kind !== 'frame' || input.arrival.stream !== stream) return [];
    const { measurement, received } = input.arrival;
    return measurement.kind === kind
      ? [{ received, measurement: measurement as Extract<Measurement, { kind: K }> }]
      : [];
  });
}

const clips = clipsOf(inputs);
const well = clips.filter(({ truth }) => truth.clip?.senses.camera === 'well');

describe('clips of a recording', () => {
  it('are there every two seconds, and around events, none of them twice', () => {
    const ends = clips.map(({ truth }) => Number(truth.clip?.to));
    expect(ends.length).toBeGreaterThanOrEqual(11);
    for (let i = 1; i < ends.length; i += 1) {
      expect(ends[i] - ends[i - 1]).toBeGreaterThan(0.4e9);
      expect(ends[i] - ends[i - 1]).toBeLessThan(2.7e9);
    }
    for (const { truth } of clips) expect(truth.clip?.ago).toHaveLength(5);
    for (const { truth } of clips) expect(truth.clip?.ago[0]).toBeCloseTo(2, 0);
  });

  it('hold the pictures, depth and truth of the moments that they name', () => {
    const pictures = said('camera', 'image');
    const scenes = said('scene', 'scene');
    const resize = new ImageToTensor({
      width: 160,
      height: 120,
      fit: 'stretch',
      channels: 'rgb',
      layout: 'interleaved',
      type: 'uint8',
    });
    for (const { picture, before, truth } of well) {
      const to = Number(truth.clip?.to);
      const shown = pictures.find(({ received }) => received >= to);
      const expected = new Uint8Array(resize.size);
      resize.write(pictureOf(shown?.measurement ?? ({} as never)), expected);
      expect(Buffer.compare(picture, expected)).toBe(0);
      expect(before.length).toBe(4 * picture.length);
      expect(Buffer.compare(before.subarray(0, picture.length), picture)).not.toBe(0);
      const scene = scenes.find(({ received }) => received === to)?.measurement;
      expect(truth.things.map(({ id }) => id)).toEqual(scene?.objects.map(({ id }) => id));
      expect(truth.room).toBe(scene?.room);
    }
  });

  it('hold the last two seconds of sound, sample by sample', () => {
    const blocks = said('microphones', 'audio');
    const all = blocks.map(({ measurement }: { measurement: AudioMeasurement }) => measurement.data);
    const lengths = all.map(({ length }) => length);
    const hearing = clips.filter(({ truth }) => truth.clip?.senses.microphones === 'well');
    expect(hearing.length).toBeGreaterThan(5);
    for (const { sound, truth } of hearing) {
      const until = blocks.filter(({ received }) => received <= Number(truth.clip?.to) + 0.045e9).length;
      const end = lengths.slice(0, until).reduce((sum, length) => sum + length, 0);
      const whole = Buffer.concat(
        all.slice(0, until).map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
      );
      const tail = whole.subarray(2 * (end - sound.length));
      expect(Buffer.compare(tail, new Uint8Array(sound.buffer))).toBe(0);
    }
  });

  it('tell how the robot moved, as the truth about its pose has it', () => {
    const poses = said('truth', 'odometry');
    for (const { truth } of clips) {
      const { from, to, moved } = truth.clip ?? { from: 0, to: 0, moved: { forward: 0, left: 0, turned: 0 } };
      const [a, b] = [from, to].map(
        (at) => poses.find(({ received }) => received >= at)?.measurement.pose?.position ?? [0, 0],
      );
      expect(Math.hypot(moved.forward, moved.left)).toBeCloseTo(Math.hypot(b[0] - a[0], b[1] - a[1]), 1);
    }
  });

  it('are the same whatever else is in the recording, and each time', () => {
    const again = clipsOf(inputs.filter((input) => input.kind === 'frame' && input.arrival.stream !== 'wheels'));
    expect(again.map(({ truth }) => truth)).toEqual(clips.map(({ truth }) => truth));
  });
});

describe('senses that fail', () => {
  it('say nothing, or the same all the time, or next to nothing, and the truth says so', () => {
    // How senses fare is drawn from the name.
    const all = Array.from({ length: 12 }, (_, i) => clipsOf(inputs, { recording: `other-${i}.mcap` })).flat();
    const having = (state: string) =>
      all.filter(({ truth }) => Object.values(truth.clip?.senses ?? {}).includes(state as never));
    const size = 160 * 120 * 3;
    const frozen = having('frozen');
    expect(frozen.length).toBeGreaterThan(0);
    for (const { picture, before } of frozen) {
      for (let i = 0; i < 4; i += 1) {
        expect(Buffer.compare(before.subarray(i * size, (i + 1) * size), picture)).toBe(0);
      }
    }
    expect(having('muffled').length).toBeGreaterThan(0);
    for (const { truth } of having('muffled')) expect(truth.sound).toBeUndefined();
    const gone = having('gone');
    expect(gone.length).toBeGreaterThan(0);
    for (const { picture, depth, sound, truth } of gone) {
      const silent = truth.clip?.senses.microphones === 'gone';
      expect(
        silent ? sound.every((one) => one === 0) : picture.every((one) => one === 0) && depth.every((one) => one === 0),
      ).toBe(true);
    }
  });

  it('are told where there are none: no microphones, and no clips without pictures or truth', () => {
    const without = (stream: string) =>
      clipsOf(
        inputs.filter((input) => input.kind !== 'frame' || input.arrival.stream !== stream),
        { streams: source.streams.filter(({ id }) => id !== stream) },
      );
    for (const { truth } of without('microphones')) expect(truth.clip?.senses.microphones).toBe('gone');
    for (const stream of ['camera', 'scene', 'truth']) expect(without(stream)).toEqual([]);
  });
});
