import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';

/** Share of the mean that stays in each step; over the first steps less, so that the beginning is forgotten. */
const STAYS = 0.98;

/**
 * The running mean of parameters over their last 50 steps or so (Polyak and Juditsky 1992): steadier than any one of them, which
 * matters where training stops while its steps are still large.
 */
export class ParameterMean {
  readonly parameters: ReadonlyMap<string, FloatTensor>;
  #steps = 0;

  /** @param start copied */
  constructor(start: ReadonlyMap<string, FloatTensor>) {
    this.parameters = new Map([...start].map(([name, { shape, data }]) => [name, floatTensor(shape, data.slice())]));
  }

  /** Takes in what the parameters are after a step. */
  add(current: ReadonlyMap<string, FloatTensor>): void {
    this.#steps += 1;
    const stays = Math.min(STAYS, this.#steps / (10 + this.#steps));
    for (const [name, { data: mean }] of this.parameters) {
      const data = current.get(name)?.data ?? mean;
      for (let i = 0; i < mean.length; i += 1) mean[i] = stays * mean[i] + (1 - stays) * data[i];
    }
  }
}
