/**
 * What comes from a link at once: bytes, cut anywhere; or, from one that keeps the borders of messages, a message, whole, with the
 * topic that it was sent to, and its further parts where it has several.
 */
export type Chunk = readonly [bytes: Uint8Array, topic?: string, further?: readonly Uint8Array[]];

/** What a link tells whoever opened it. Nothing is told before it is open and after it was closed by its opener. */
export interface LinkListener {
  /** Bytes in the order in which they came. The memory may be used again after the call. */
  readonly bytes: (...chunk: Chunk) => void;
  /** So many messages to a topic were lost on the way, before anybody read them. */
  readonly missed?: (reason: string, count: number, topic: string) => void;
  /** It is gone: unplugged, hung up, ended. Told once. */
  readonly closed: (reason: string) => void;
  /**
   * A line that a program wrote to its standard error: at most twenty a second, none longer than 500 characters. Told after the
   * bytes that were there by then.
   */
  readonly said?: (line: string) => void;
}

/** An open link. @typeParam Found what opening it finds out about the device */
export interface OpenLink<Found = undefined> {
  /** How the device is set up, where its bytes alone do not say how they are to be read. */
  readonly found?: Found;
  /** Sends bytes; those that cannot be sent are lost, and the link soon tells that it is gone. */
  readonly write: (bytes: Uint8Array) => void;
  /** Idempotent; resolves when the last handle is gone. */
  readonly close: () => Promise<void>;
}

/** A way to a device: bytes in both directions. Making one does nothing. */
export interface Link<Found = undefined> {
  /** For people: `/dev/ttyUSB0 at 115200 baud`. */
  readonly description: string;
  /** What to look at when bytes come but make no sense: `check the baud rate`. */
  readonly suspicion?: string;
  /**
   * @param signal calls the opening off
   * @throws SensoriumError E_DRIVER, with what can be done about it
   */
  readonly open: (listener: LinkListener, signal: AbortSignal) => Promise<OpenLink<Found>>;
}
