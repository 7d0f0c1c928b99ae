import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Aligner, AlignerOutput } from '../../src/align/aligner.ts';
import { ApproximateAligner } from '../../src/align/approximate.ts';
import { EpsilonAligner } from '../../src/align/epsilon.ts';
import { ExactAligner } from '../../src/align/exact.ts';
import { LatestAligner } from '../../src/align/latest.ts';
import { SlopAligner } from '../../src/align/slop.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';
import { describeWithData } from '../support/requirements.ts';
import { align, inputsOf } from './support.ts';

/** What every case as the reference program saw it has; see the README of the recordings. */
interface Case {
  stamps_ns: string[][];
  arrival_order: [number, number][];
  clock_ns?: string[];
  output: number[][];
}

/** The parameters of each policy. */
type Golden = Case &
  (
    | {
        policy: 'approximate';
        queue_size: number;
        age_penalty: number;
        max_interval_ns: number | null;
        inter_message_lower_bounds_ns: number[];
      }
    | { policy: 'exact'; queue_size: number }
    | { policy: 'approximate_epsilon'; queue_size: number; epsilon_ns: number }
    | { policy: 'python_approximate_slop'; queue_size: number; slop_ns: number }
    | {
        policy: 'latest';
        rate_config: { rate_ema_alpha: number; error_ema_alpha: number; rate_step_change_margin_factor: number };
      }
  );

function alignerOf(golden: Golden, streams: readonly string[], output: AlignerOutput): Aligner {
  switch (golden.policy) {
    case 'approximate':
      return new ApproximateAligner(
        {
          streams,
          queueSize: golden.queue_size,
          agePenalty: golden.age_penalty,
          maxInterval: golden.max_interval_ns ?? undefined,
          lowerBounds: golden.inter_message_lower_bounds_ns,
        },
        output,
      );
    case 'exact':
      return new ExactAligner({ streams, queueSize: golden.queue_size }, output);
    case 'approximate_epsilon':
      return new EpsilonAligner({ streams, queueSize: golden.queue_size, epsilon: golden.epsilon_ns }, output);
    case 'python_approximate_slop':
      return new SlopAligner({ streams, queueSize: golden.queue_size, slop: golden.slop_ns }, output);
    case 'latest': {
      const { rate_ema_alpha, error_ema_alpha, rate_step_change_margin_factor } = golden.rate_config;
      const rates = {
        rateAlpha: rate_ema_alpha,
        errorAlpha: error_ema_alpha,
        margin: rate_step_change_margin_factor,
      };
      return new LatestAligner({ streams, ...rates }, output);
    }
  }
}

describeWithData('the policies of ROS message_filters, case by case', (data) => {
  const folder = join(data, 'goldens/time_sync');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

  it('has cases to compare with', () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)('%s', (name) => {
    const golden = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden;
    const streams = golden.stamps_ns.map((_, i) => `s${i}`);
    const frames = golden.arrival_order.map(([stream, index], i): Frame => {
      const stamp = stampOf(Number(golden.stamps_ns[stream][index]));
      const received = stampOf(Number(golden.clock_ns?.[i] ?? i));
      return { ...frameAt(`s${stream}`, 0, { input: index }), stamp, received };
    });
    const { sets, used, dropped, held } = align((output) => alignerOf(golden, streams, output), streams, frames);
    expect(sets.map((set) => set.members.flatMap(inputsOf))).toEqual(golden.output);
    expect(used.length + dropped.length + held).toBe(frames.length);
  });
});
