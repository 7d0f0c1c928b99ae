import type { Publisher } from '../contract/index.ts';

/** A publisher that has something to tell people once it has started: a port it had to move to, a broker that is away. */
export interface NoticingPublisher extends Publisher {
  readonly notices: readonly string[];
}
