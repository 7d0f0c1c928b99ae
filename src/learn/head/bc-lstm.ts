import type { Encoded } from './encoder.ts';
import { linear, linearSteps } from './layers.ts';
import { lstms, type Reading } from './lstm.ts';
import type { Ops } from './ops.ts';
import { anyPresent, type Spoken } from './utterances.ts';

/**
 * Bidirectional contextual LSTM (Poria et al. 2017, section 3.3): each modality is read forwards and backwards, goes through a dense
 * layer, and decides by itself; what the dense layers say is read once more together. Trained as a whole, the modalities' own
 * decisions counting in the loss, where the paper trains one after the other.
 * @returns a decision for each utterance
 */
export function contextualLstm<T>(
  ops: Ops<T>,
  hidden: number,
  encoded: readonly Encoded<T>[],
  classes: number,
): Spoken<T> {
  const [{ steps }] = encoded;
  const read = (name: string, x: T, from: number, mask: T): Reading<T>[] =>
    [false, true].map((isReversed) => ({
      name: `${name}.${isReversed ? 'backwards' : 'forwards'}`,
      x,
      from,
      mask,
      isReversed,
    }));
  const dense = (name: string, [forwards, backwards]: readonly T[]): T => {
    const both = ops.dropout(ops.concat([forwards, backwards], 2));
    return ops.dropout(ops.relu(linearSteps(ops, both, `${name}.dense`, steps, 2 * hidden, hidden)));
  };
  const decide = (name: string, x: T): T =>
    linear(ops, ops.reshape(x, [-1, hidden]), `${name}.decision`, hidden, classes);
  const said = lstms(
    ops,
    encoded.flatMap(({ name, features, width, mask }) => read(name, features, width, mask)),
    steps,
    hidden,
  );
  const own = encoded.map(({ name }, m) => dense(name, said.slice(2 * m, 2 * m + 2)));
  const single = encoded.map(({ name, mask }, m) => ops.mul(decide(name, own[m]), ops.reshape(mask, [-1, 1])));
  const together = own.length === 1 ? own[0] : ops.concat(own, 2);
  const context = lstms(ops, read('all', together, own.length * hidden, anyPresent(ops, encoded)), steps, hidden);
  return { logits: decide('all', dense('all', context)), single };
}
