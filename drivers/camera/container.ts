/** What a container says of its pictures before the first one. */
export interface Track {
  /** `mjpeg`, `raw`, or what the container calls it. */
  readonly codec: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What a reader of a container tells. */
export interface ContainerListener {
  readonly track: (track: Track) => void;
  /**
   * A frame begins.
   * @param bytes its size
   * @param time presentation time, µs
   * @returns where it is to lie; `undefined`: it is passed over
   */
  readonly begin: (bytes: number, time: bigint) => Uint8Array | undefined;
  /** The frame that has begun is whole. */
  readonly end: () => void;
  /** What came is no such container, or not any more; the next place to go on from is looked for. */
  readonly malformed: (reason: string) => void;
}

/** Takes a container's bytes. Throws at nothing, keeps a bounded number of them. */
export interface ContainerReader {
  readonly push: (chunk: Uint8Array) => void;
}

/** Pixels of a picture's side at most: what says to have more is damaged. */
export const MOST_SIDE = 8192;
/** Bytes of a compressed picture beyond those of its pixels: headers and tables. */
const HEADERS = 65_536;

/** Bytes of a picture at most: more than raw RGB, nothing that is sane takes. */
export function mostBytes({ width, height }: Pick<Track, 'width' | 'height'>): number {
  return 3 * width * height + HEADERS;
}
