import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import type { Random } from '../../random/index.ts';
import type { HeadDescription } from './description.ts';
import { forward } from './network.ts';
import type { Init, Ops } from './ops.ts';

const NOTHING = new Float32Array(0);

/**
 * The parameters that a head begins with.
 * @throws RangeError where a kernel does not fit a sequence
 */
export function initialise(description: HeadDescription, random: Random): Map<string, FloatTensor> {
  const parameters = new Map<string, FloatTensor>();
  const begin = (shape: readonly number[], init: Init): FloatTensor => {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    return floatTensor(
      shape,
      data.map(() => (init.kind === 'constant' ? init.value : init.limit * (2 * random() - 1))),
    );
  };
  const none = (): undefined => undefined;
  // Nothing is computed: the network only says what it wants to learn.
  const collector: Ops<undefined> = {
    parameter: (name, shape, init) => void parameters.set(name, parameters.get(name) ?? begin(shape, init)),
    constant: none,
    add: none,
    sub: none,
    mul: none,
    div: none,
    exp: none,
    log: none,
    sqrt: none,
    relu: none,
    softplus: none,
    sigmoid: none,
    tanh: none,
    matMul: none,
    reshape: none,
    transpose: none,
    concat: none,
    slice: none,
    split: (_x, _axis, parts) => Array.from({ length: parts }, none),
    sum: none,
    max: none,
    dropout: none,
  };
  const nothing = Object.fromEntries(description.modalities.map(({ name }) => [name, undefined]));
  const scalings = Object.fromEntries(
    description.modalities.map(({ name }) => [name, { shift: NOTHING, scale: NOTHING, unit: NOTHING }]),
  );
  forward(collector, description, scalings, { values: nothing, masks: nothing });
  return parameters;
}
