import type { Publication } from '../contract/index.ts';
import type { Stamp } from '../frame/index.ts';
import { publication, type SchemaName, type Unnumbered } from '../publish/index.ts';
import type { Digest } from './digest.ts';

/** The one way out of the pipeline: numbers, encodes, digests and hands on every message. */
export interface Outbox {
  readonly send: <Name extends SchemaName>(
    topic: string,
    schema: Name,
    stamp: Stamp,
    message: Unnumbered<Name>,
    more?: Pick<Publication, 'attachment' | 'only'>,
  ) => void;
  /** Messages so far. */
  readonly count: () => number;
}

/** Makes an outbox; the message sequence of each topic starts at 1. */
export function createOutbox(digest: Digest, publish: (publication: Publication) => void): Outbox {
  const sequences = new Map<string, number>();
  let count = 0;
  return {
    send(topic, schema, stamp, message, more) {
      const sequence = (sequences.get(topic) ?? 0) + 1;
      sequences.set(topic, sequence);
      const out = publication(topic, schema, stamp, sequence, message, more);
      digest.add(out.topic, out.payload);
      if (out.attachment !== undefined) digest.add(out.topic, out.attachment);
      count += 1;
      publish(out);
    },
    count: () => count,
  };
}
