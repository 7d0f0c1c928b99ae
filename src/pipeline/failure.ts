import type { EffectOutcome } from '../contract/index.ts';

/** Why an effect came to nothing; the memory, and a model that is asked what it does not take, say in words why they refuse. */
export function failureOf(outcome: EffectOutcome): { readonly reason: string; readonly what: string } | undefined {
  if (outcome.status === 'failed') return { reason: outcome.reason, what: outcome.reason };
  const { refused } = (outcome.output ?? {}) as { readonly refused?: unknown };
  return typeof refused === 'string' ? { reason: 'refused', what: refused } : undefined;
}
