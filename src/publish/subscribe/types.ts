/** A message as a subscriber gets it. */
export interface Heard {
  /** Full name: `<prefix>/<robot>/<topic>`. */
  readonly topic: string;
  readonly payload: Buffer;
  /** Kept by the broker from before: not news. */
  readonly retained: boolean;
}

/** Who listens. */
export interface Listener {
  readonly heard: (message: Heard) => void;
  /** The publisher or broker has gone; nothing more will be heard. */
  readonly lost: (reason: string) => void;
}

/** A connection to a daemon or a broker, from the listening side. */
export interface Subscription {
  close(): Promise<void>;
}
