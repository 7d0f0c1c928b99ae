/** Bytes of a slab. Too small: one allocation for every few messages; too large: a frame that is kept keeps as much. */
const SLAB_BYTES = 64 * 1024;
/** A message larger than this has a buffer of its own. */
const LARGEST_SHARED = SLAB_BYTES / 8;
/** CDR aligns its values from the end of its own head of 4 bytes. */
const CDR_HEAD = 4;
const ALIGNMENT = 8;

/**
 * Copies messages out of what a file is read into, many of them side by side into one buffer that is never written again:
 * an array of some numbers that has memory of its own costs more to make and to give up than to fill. The body of a CDR
 * message (https://www.omg.org/spec/DDSI-RTPS, 10) is aligned, so that its arrays of numbers can be views of the copy.
 * A slab is given up as a whole, when nobody holds a view of it any more.
 */
export class Slab {
  #bytes = new Uint8Array(0);
  #used = 0;

  /** A copy that stays as it is. */
  keep(data: Uint8Array): Uint8Array {
    const { length } = data;
    if (length > LARGEST_SHARED) {
      const own = new Uint8Array(Buffer.allocUnsafeSlow(CDR_HEAD + length).buffer, CDR_HEAD);
      own.set(data);
      return own;
    }
    let start = Math.ceil((this.#used - CDR_HEAD) / ALIGNMENT) * ALIGNMENT + CDR_HEAD;
    if (start + length > this.#bytes.length) {
      this.#bytes = new Uint8Array(SLAB_BYTES);
      start = CDR_HEAD;
    }
    this.#used = start + length;
    const kept = this.#bytes.subarray(start, start + length);
    kept.set(data);
    return kept;
  }
}
