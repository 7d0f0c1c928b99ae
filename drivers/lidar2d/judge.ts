import type { DeviceOutput } from '../../src/device/index.ts';
import type { StreamId } from '../../src/frame/index.ts';

/** Below this share of its rays a sweep is told to be partial. */
const WHOLE_SHARE = 0.9;
/** Rays in a row that may be empty: a scanner that turns faster than usual has fewer points than its sweep has rays. */
const USUAL_HOLE = 2;
/** Turns in a row without a single return, after which that is told: one may be chance. */
const EMPTY_TURNS = 3;

/** Looks at whole sweeps: a scanner that is blind or covered must not look like an empty room. */
export class SweepJudge {
  readonly #stream: StreamId;
  readonly #output: DeviceOutput;
  #emptyTurns = 0;
  #complaint: string | undefined;

  constructor(stream: StreamId, output: DeviceOutput) {
    this.#stream = stream;
    this.#output = output;
  }

  /** @param ranges m; 0: no return; NaN: the device said nothing */
  judge(ranges: Float32Array): void {
    let returns = 0;
    let missing = 0;
    let hole = 0;
    for (const range of ranges) {
      if (range > 0) returns += 1;
      hole = Number.isNaN(range) ? hole + 1 : 0;
      if (hole > USUAL_HOLE) missing += hole === USUAL_HOLE + 1 ? hole : 1;
    }
    this.#emptyTurns = returns === 0 ? this.#emptyTurns + 1 : 0;
    let complaint: string | undefined;
    if (this.#emptyTurns >= EMPTY_TURNS) complaint = 'no returns: is it covered, or its window dirty?';
    else if (missing > (1 - WHOLE_SHARE) * ranges.length) complaint = 'partial sweeps';
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.#output.trouble(this.#stream, complaint);
  }
}
