/** Cells that a picture is divided into: columns from the left, rows from the top. */
const [COLUMNS, ROWS] = [8, 2];
const CELLS = COLUMNS * ROWS;
/** About so many pixels are looked at, across and down. */
const LOOKS = 40;

/** Names of the numbers that {@link Cells} gives. */
export const CELL_NAMES: readonly string[] = [
  ...Array.from({ length: CELLS }, (_, i) => `mean ${i}`),
  ...Array.from({ length: CELLS }, (_, i) => `change ${i}`),
];

/**
 * A picture as a few numbers: the mean of each of 8 x 2 cells, and the mean change there of a pixel since the picture before. A
 * pixel that says nothing (NaN) counts in neither.
 */
export class Cells {
  readonly #mean = new Float64Array(CELLS);
  readonly #change = new Float64Array(CELLS);
  readonly #counts = new Float64Array(CELLS);
  readonly #changes = new Float64Array(CELLS);
  #pixels = new Float32Array(0);
  #width = 0;
  #height = 0;
  #pictures = 0;
  #hasBefore = false;

  /** @param at value of the pixel in column u and row v */
  add(width: number, height: number, at: (u: number, v: number) => number): void {
    const step = Math.max(1, Math.floor(Math.min(width, height) / LOOKS));
    const [across, down] = [Math.ceil(width / step), Math.ceil(height / step)];
    const isSame = this.#hasBefore && width === this.#width && height === this.#height;
    if (this.#pixels.length !== across * down) this.#pixels = new Float32Array(across * down);
    this.#width = width;
    this.#height = height;
    const pixels = this.#pixels;
    for (let row = 0, i = 0; row < down; row += 1) {
      const cells = Math.min(ROWS - 1, Math.floor((row * ROWS) / down)) * COLUMNS;
      for (let column = 0; column < across; column += 1, i += 1) {
        const value = at(column * step, row * step);
        const cell = cells + Math.min(COLUMNS - 1, Math.floor((column * COLUMNS) / across));
        if (!Number.isNaN(value)) {
          this.#mean[cell] += value;
          this.#counts[cell] += 1;
          const change = isSame ? Math.abs(value - pixels[i]) : NaN;
          if (!Number.isNaN(change)) {
            this.#change[cell] += change;
            this.#changes[cell] += 1;
          }
        }
        pixels[i] = value;
      }
    }
    this.#pictures += 1;
    this.#hasBefore = true;
  }

  /** Writes the numbers over all pictures since the last time. @param empty the mean of a cell in which nothing was told */
  write(out: Float32Array, at: number, empty: number): boolean {
    const isSomething = this.#pictures > 0;
    if (isSomething) {
      for (let c = 0; c < CELLS; c += 1) {
        out[at + c] = this.#counts[c] === 0 ? empty : this.#mean[c] / this.#counts[c];
        out[at + CELLS + c] = this.#changes[c] === 0 ? 0 : this.#change[c] / this.#changes[c];
      }
    }
    this.#clear();
    return isSomething;
  }

  reset(): void {
    this.#clear();
    this.#hasBefore = false;
  }

  #clear(): void {
    this.#mean.fill(0);
    this.#change.fill(0);
    this.#counts.fill(0);
    this.#changes.fill(0);
    this.#pictures = 0;
  }
}
