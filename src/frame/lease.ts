/**
 * A share in a buffer that will be used again. Whoever keeps a measurement beyond the call in which it was given, and reads
 * its payload later, holds a lease on it; the buffer is free for the next payload once the last one has been let go.
 * Every `retain` has one `release`.
 */
export interface Lease {
  /** One more that holds it. */
  readonly retain: () => void;
  /** One less. The payload must not be read any more, once the call in which that happens has returned. */
  readonly release: () => void;
}
