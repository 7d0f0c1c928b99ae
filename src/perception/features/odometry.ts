import type { Extractor, KindOf } from './extractor.ts';
import { Moments } from './moments.ts';

/** Of odometry with a twist: mean speed forward and to the left, m/s, how much the speed forward varies, and mean turn, rad/s. */
export class OdometryFeatures implements Extractor<KindOf<'odometry'>> {
  readonly names = ['forward', 'left', 'forward range', 'turn'];
  readonly held = 0;
  readonly #forward = new Moments();
  readonly #left = new Moments();
  readonly #turn = new Moments();

  take({ twist }: KindOf<'odometry'>): void {
    if (twist === undefined) return;
    this.#forward.add(twist.linear[0]);
    this.#left.add(twist.linear[1]);
    this.#turn.add(twist.angular[2]);
  }

  write(out: Float32Array, at: number): boolean {
    const isSomething = this.#forward.count > 0;
    if (isSomething) {
      out[at] = this.#forward.mean;
      out[at + 1] = this.#left.mean;
      out[at + 2] = this.#forward.most - this.#forward.least;
      out[at + 3] = this.#turn.mean;
    }
    this.reset();
    return isSomething;
  }

  reset(): void {
    this.#forward.clear();
    this.#left.clear();
    this.#turn.clear();
  }
}
