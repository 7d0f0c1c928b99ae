/**
 * Fourier transform of real signals whose length is a power of two: half as long a complex transform (radix 2, in place)
 * of the even and odd samples, put apart afterwards (Press et al., Numerical Recipes, 12.3).
 */
export class RealFft {
  readonly size: number;
  readonly #half: number;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  /** @param size samples: a power of two, at least 4 */
  constructor(size: number) {
    if (!Number.isInteger(Math.log2(size)) || size < 4) throw new RangeError(`expected a power of two, got ${size}`);
    this.size = size;
    this.#half = size / 2;
    this.#re = new Float64Array(this.#half);
    this.#im = new Float64Array(this.#half);
    this.#cos = Float64Array.from({ length: this.#half }, (_, k) => Math.cos((-2 * Math.PI * k) / size));
    this.#sin = Float64Array.from({ length: this.#half }, (_, k) => Math.sin((-2 * Math.PI * k) / size));
    const bits = Math.log2(this.#half);
    this.#reversed = Uint32Array.from({ length: this.#half }, (_, index) => {
      let reversed = 0;
      for (let bit = 0; bit < bits; bit += 1) reversed |= ((index >> bit) & 1) << (bits - 1 - bit);
      return reversed;
    });
  }

  /**
   * Magnitudes of the bins 0 .. size / 2.
   * @param signal `size` samples
   * @param out size / 2 + 1 magnitudes, not scaled
   */
  magnitudes(signal: Float64Array, out: Float64Array): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    for (let i = 0; i < half; i += 1) {
      const to = this.#reversed[i];
      re[to] = signal[2 * i];
      im[to] = signal[2 * i + 1];
    }
    this.#butterflies();
    out[0] = Math.abs(re[0] + im[0]);
    out[half] = Math.abs(re[0] - im[0]);
    for (let k = 1; k < half; k += 1) {
      const j = half - k;
      const evenRe = (re[k] + re[j]) / 2;
      const evenIm = (im[k] - im[j]) / 2;
      const oddRe = (im[k] + im[j]) / 2;
      const oddIm = (re[j] - re[k]) / 2;
      const real = evenRe + oddRe * this.#cos[k] - oddIm * this.#sin[k];
      const imaginary = evenIm + oddRe * this.#sin[k] + oddIm * this.#cos[k];
      out[k] = Math.sqrt(real * real + imaginary * imaginary);
    }
  }

  #butterflies(): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    for (let span = 1; span < half; span *= 2) {
      // The tables have steps of 2 pi / size: twice as fine as the half-length transform's.
      const stride = half / span;
      for (let group = 0; group < half; group += 2 * span) {
        for (let k = 0, w = 0; k < span; k += 1, w += stride) {
          const a = group + k;
          const b = a + span;
          const c = cos[w];
          const s = sin[w];
          const real = re[b] * c - im[b] * s;
          const imaginary = re[b] * s + im[b] * c;
          re[b] = re[a] - real;
          im[b] = im[a] - imaginary;
          re[a] += real;
          im[a] += imaginary;
        }
      }
    }
  }
}
