import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  earlyFusion,
  encoderLayer,
  floatTensor,
  linear,
  scaledDotProductAttention,
  type FloatTensor,
  type Linear,
} from '../../../src/fusion/heads/index.ts';
import { describeWithData } from '../../support/requirements.ts';

type Numbers = Readonly<Record<string, readonly number[]>>;

interface AttentionCase {
  readonly case: string;
  readonly shapes: Numbers;
  readonly mask: readonly number[] | null;
}

interface EncoderCase {
  readonly padding: readonly number[];
  readonly parameters: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
  >;
}

const tensor = (shape: readonly number[], data: readonly number[]): FloatTensor =>
  floatTensor(shape, Float32Array.from(data));

function expectNear(actual: FloatTensor, expected: readonly number[], counts = (_i: number): boolean => true): void {
  expect(actual.data).toHaveLength(expected.length);
  const worst = expected.reduce((most, value, i) => {
    const error = Math.abs(actual.data[i] - value);
    return counts(i) && !(error <= most) ? error : most;
  }, 0);
  expect(worst).toBeLessThan(1e-5);
}

describeWithData('fusion heads agree with PyTorch within 1e-5', (folder) => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, 'goldens/attention', name), 'utf8'));
  const { cases } = read('attention.json') as { readonly cases: readonly (AttentionCase & Numbers)[] };

  it.each(cases)('attention: $case', (golden) => {
    const { shapes, mask } = golden;
    const [out, width] = shapes['weight'];
    const project = (name: string, letter: string): FloatTensor => {
      const weight = tensor([out, width], golden[`w${letter}.weight`]);
      return linear(tensor(shapes[name], golden[name]), { weight, bias: tensor([out], golden[`w${letter}.bias`]) });
    };
    const { context, probabilities } = scaledDotProductAttention(
      project('query', 'q'),
      project('key', 'k'),
      project('value', 'v'),
      mask === null ? undefined : tensor(shapes['mask'], mask),
    );
    expectNear(probabilities, golden['probabilities']);
    expectNear(context, golden['context']);
  });

  it('early fusion', () => {
    const golden = read('early_fusion.json') as { readonly shapes: Numbers } & Numbers;
    const layer = (name: string): Linear => ({
      weight: tensor(golden.shapes[`${name}.weight`], golden[`${name}.weight`]),
      bias: tensor([golden.shapes[`${name}.weight`][0]], golden[`${name}.bias`]),
    });
    const embeddings = ['text', 'image'].map((name) => tensor(golden.shapes[name], golden[name]));
    expectNear(earlyFusion(embeddings, { fc1: layer('fc1'), fc2: layer('fc2') }), golden['logits']);
  });

  it('a layer of an encoder, where nothing is padded', () => {
    const golden = read('encoder_layer.json') as EncoderCase & { readonly shapes: Numbers } & Numbers;
    const { shapes, parameters, padding } = golden;
    const get = (name: string): FloatTensor => tensor(parameters[name].shape, parameters[name].data);
    const pair = (weight: string, bias: string): Linear => ({ weight: get(weight), bias: get(bias) });
    const [batch, steps, width] = shapes['x'];
    const y = encoderLayer(
      tensor(shapes['x'], golden['x']),
      tensor(
        [batch, steps],
        padding.map((padded) => 1 - padded),
      ),
      {
        inProjection: pair('self_attn.in_proj_weight', 'self_attn.in_proj_bias'),
        outProjection: pair('self_attn.out_proj.weight', 'self_attn.out_proj.bias'),
        linear1: pair('linear1.weight', 'linear1.bias'),
        linear2: pair('linear2.weight', 'linear2.bias'),
        norm1: pair('norm1.weight', 'norm1.bias'),
        norm2: pair('norm2.weight', 'norm2.bias'),
      },
      4,
    );
    expect(padding).toContain(1);
    expectNear(y, golden['y'], (i) => padding[Math.floor(i / width)] === 0);
  });
});
