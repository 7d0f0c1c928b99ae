import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import type { Random } from '../../random/index.ts';
import type { Scalings } from '../dataset/scaling.ts';
import type { HeadDescription } from './description.ts';
import { forward, type NetworkInputs } from './network.ts';
import type { Init, Ops } from './ops.ts';

const NOTHING = new Float32Array(0);

/**
 * The parameters that a head begins with.
 * @throws RangeError where a kernel does not fit a sequence
 */
export function initialise(description: HeadDescription, random: Random): Map<string, FloatTensor> {
  const { scalings, inputs } = nothingFor(description.modalities);
  return parametersOf((ops) => void forward(ops, description, scalings, inputs), random);
}

/** Scalings and inputs of a network of which nothing is computed. */
export function nothingFor(modalities: HeadDescription['modalities']): {
  readonly scalings: Scalings;
  readonly inputs: NetworkInputs<undefined>;
} {
  const each = <V>(value: V): Record<string, V> => Object.fromEntries(modalities.map(({ name }) => [name, value]));
  const nothing = each(undefined);
  return {
    scalings: each({ shift: NOTHING, scale: NOTHING, unit: NOTHING }),
    inputs: { values: nothing, masks: nothing },
  };
}

/** The parameters that a calculation begins with. @param program is only asked what it wants to learn; nothing is computed */
export function parametersOf(program: (ops: Ops<undefined>) => void, random: Random): Map<string, FloatTensor> {
  const parameters = new Map<string, FloatTensor>();
  const begin = (shape: readonly number[], init: Init): FloatTensor => {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    return floatTensor(
      shape,
      data.map(() => (init.kind === 'constant' ? init.value : init.limit * (2 * random() - 1))),
    );
  };
  const none = (): undefined => undefined;
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
    detach: none,
    dropout: none,
  };
  program(collector);
  return parameters;
}
