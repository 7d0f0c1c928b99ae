import type { Measurement, MeasurementKind, Stamp, StreamDescriptor, StreamId } from '../frame/index.ts';

/** What came of a stream. */
export interface Came<K extends MeasurementKind = MeasurementKind> {
  readonly received: Stamp;
  readonly measurement: Extract<Measurement, { kind: K }>;
}

/** The last seconds of a stream: older ones go as new ones come. */
export class Ring<K extends MeasurementKind> {
  readonly #kind: K;
  readonly #stream: StreamId | undefined;
  readonly #keep: number;
  #came: Came<K>[] = [];

  /** @param keep ns */
  constructor(kind: K, stream: StreamDescriptor | undefined, keep: number) {
    this.#kind = kind;
    this.#stream = stream?.id;
    this.#keep = keep;
  }

  /** Takes what is of its stream, and leaves the rest. */
  see(stream: StreamId, received: Stamp, measurement: Measurement): void {
    if (stream !== this.#stream || measurement.kind !== this.#kind) return;
    this.#came.push({ received, measurement: measurement as Came<K>['measurement'] });
    const gone = this.#came.findIndex((one) => one.received >= received - this.#keep);
    if (gone > 0) this.#came = this.#came.slice(gone);
  }

  /** What came from one time on until another, oldest first. */
  between(from: number, to: number): readonly Came<K>[] {
    return this.#came.filter(({ received }) => received >= from && received <= to);
  }

  /** What came nearest to a time. */
  nearest(to: number): Came<K> | undefined {
    let best: Came<K> | undefined;
    for (const one of this.#came) {
      if (best === undefined || Math.abs(one.received - to) < Math.abs(best.received - to)) best = one;
    }
    return best;
  }
}
